/*
 * How the page looks. Colours carry meaning only: blue is current TLS, amber is old, red is what breaks a policy or is plaintext,
 * grey is what failed or is not known. Text has a contrast of 4.5 or more on its ground in both schemes (WCAG 2.2, 1.4.3), bars
 * one of 3 or more (1.4.11).
 */

const light = `--ink: #1b2127; --faint: #55606a; --line: #d9dfe5; --paper: #fff; --band: #f4f6f8; --link: #0b57a4;
	--bad-ink: #a3161f; --good-ink: #14663a; --open-ink: #7a4d00;
	--best: #1d5a9c; --good: #5a92c8; --old: #b97309; --bad: #b3202a; --failed: #4d5761; --open: #8b959f;`;
const dark = `--ink: #e3e7eb; --faint: #a3aeb9; --line: #353e47; --paper: #12161a; --band: #1b2127; --link: #86bdf5;
	--bad-ink: #ff938e; --good-ink: #7ed29a; --open-ink: #e8b45f;
	--best: #8ec1f2; --good: #4c80b3; --old: #d99a3d; --bad: #f0706a; --failed: #b4bec8; --open: #66717c;`;

const text = `
*, ::before { box-sizing: border-box; }
body { margin: 2rem auto 4rem; max-width: 80rem; padding: 0 1.5rem; background: var(--paper); color: var(--ink);
	font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; overflow-wrap: break-word; }
a { color: var(--link); text-underline-offset: .15em; }
h1 { font-size: 1.6rem; line-height: 1.3; font-weight: 600; margin: .25rem 0 1.25rem; padding-left: 1rem; border-left: .3rem solid var(--open-ink); }
h1.good { border-color: var(--good-ink); }
h1.bad { border-color: var(--bad-ink); }
h2 { font-size: 1.2rem; line-height: 1.35; font-weight: 600; margin: 3rem 0 .5rem; }
h3, figcaption h2 { font-size: 1rem; font-weight: 600; margin: 0 0 .25rem; }
p { color: var(--faint); margin: .25rem 0 .75rem; max-width: 60rem; }
header > p { margin: 0; font-size: .875rem; }
.facts { display: flex; flex-wrap: wrap; gap: .25rem 2.5rem; margin: 0 0 1.5rem; font-size: .875rem; }
.facts dt, .said dt { color: var(--faint); }
.facts dd, .said dd { margin: 0; overflow-wrap: anywhere; }
.figures { display: flex; flex-wrap: wrap; gap: 1px; margin: 1.5rem 0; padding: 0;
	list-style: none; background: var(--line); border: 1px solid var(--line); }
.figures li { flex: 1 1 9rem; background: var(--paper); padding: .75rem 1rem; font-size: .8125rem; color: var(--faint); }
.figures b { display: block; color: var(--ink); font-size: 1.5rem; font-weight: 600; line-height: 1.35; font-variant-numeric: tabular-nums; }
.figures .bad b, .b { color: var(--bad-ink); font-weight: 600; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: 0; padding: 0; list-style: none; font-size: .875rem; }
footer { margin-top: 4rem; border-top: 1px solid var(--line); padding-top: .75rem; }
`;

const charts = `
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 27rem), 1fr)); gap: 2.5rem 3rem; margin: 2.5rem 0 0; }
figure { margin: 0; min-width: 0; }
figcaption p { font-size: .875rem; margin: 0 0 .5rem; }
svg { display: block; width: 100%; max-width: 40rem; height: auto; }
svg text { fill: var(--faint); font: 11.5px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; font-variant-numeric: tabular-nums; }
svg .name { fill: var(--ink); }
svg .grid { stroke: var(--line); stroke-width: 1; }
.legend { display: flex; flex-wrap: wrap; gap: .125rem 1rem; margin: .5rem 0; padding: 0; list-style: none; font-size: .8125rem; }
.legend span { display: inline-block; width: .75rem; height: .75rem; margin-right: .375rem; }
.m-best { fill: var(--best); background: var(--best); }
.m-good { fill: var(--good); background: var(--good); }
.m-old { fill: var(--old); background: var(--old); }
.m-bad { fill: var(--bad); background: var(--bad); }
.m-failed { fill: var(--failed); background: var(--failed); }
.m-open { fill: var(--open); background: var(--open); }
`;

const tables = `
.t { overflow-x: auto; position: relative; }
table { border-collapse: collapse; font-size: .875rem; }
th, td { padding: .375rem .75rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th:first-child, td:first-child { padding-left: 0; }
th { color: var(--faint); font-weight: 500; white-space: nowrap; vertical-align: bottom; }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.l { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .8125rem; max-width: 24rem; overflow-wrap: anywhere; }
td.l { min-width: 7rem; }
.w { white-space: nowrap; }
tr:target { background: var(--band); }
th button { all: unset; cursor: pointer; }
th button::after { content: " ↕"; opacity: .45; }
th[aria-sort=ascending] button::after { content: " ↑"; opacity: 1; }
th[aria-sort=descending] button::after { content: " ↓"; opacity: 1; }
.find { display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: center; margin: .5rem 0; font-size: .875rem; color: var(--faint); }
.find input { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--faint); border-radius: .25rem; padding: .25rem .5rem; width: 16rem; max-width: 100%; }
details { border-bottom: 1px solid var(--line); }
summary { cursor: pointer; padding: .5rem 0; overflow-wrap: anywhere; }
.more summary { font-weight: 600; }
figure details { border: 0; font-size: .875rem; }
/* A section that is far below is laid out when it comes near: a long report opens at once. */
main > section + section { content-visibility: auto; contain-intrinsic-size: auto 50rem; }
.more { margin-top: 1rem; }
.more > button { all: unset; cursor: pointer; color: var(--link); text-decoration: underline; text-underline-offset: .15em; font-size: .875rem; }
.more > details > div { padding: .25rem 0 1.25rem 1.25rem; scroll-margin-top: 4rem; }
.t:focus-visible, summary:focus-visible, a:focus-visible, button:focus-visible, input:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.said { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .25rem 1.25rem; margin: 0 0 1rem; font-size: .875rem; }
`;

/** Where a script runs, what is folded is shown when a row leads to it. */
const scripted = `
@media screen { .scripted .more > details:not([open]) { display: none; } }
`;

const narrow = `
@media screen and (max-width: 44rem) {
	body { margin-top: 1rem; padding: 0 1rem; }
	h1 { font-size: 1.3rem; }
	svg text { font-size: 13px; }
	td.l { min-width: 0; }
	.facts { display: grid; gap: .25rem; }
	.facts > div { display: grid; grid-template-columns: 5.5rem 1fr; }
	.said { grid-template-columns: minmax(0, 1fr); gap: 0; }
	.said dd { margin-bottom: .5rem; }
	.s, .s tbody, .s tr { display: block; }
	.s thead, .s td:empty { display: none; }
	.s tr { border-bottom: 1px solid var(--line); padding: .5rem 0; }
	.s tr[hidden] { display: none; }
	.s td { display: inline-block; min-width: 0; vertical-align: top; margin-right: .75rem; max-width: none; text-align: left; white-space: normal; overflow-wrap: anywhere; border: 0; padding: 0; }
	.s td::before { content: attr(data-name) ": "; color: var(--faint); font: .8125rem system-ui, sans-serif; }
	.more > details > div { padding-left: 0; }
}
`;

const print = `
@page { size: A4 landscape; margin: 1.2cm; }
@media print {
	body { margin: 0; padding: 0; max-width: none; font-size: 10pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
	main > section + section { content-visibility: visible; }
	nav, .find, .more > button, th button::after { display: none; }
	.t { overflow: visible; }
	table { font-size: 8pt; }
	th, td { padding: .15rem .4rem; white-space: normal; }
	.l { font-size: 7.5pt; }
	td.l { min-width: 0; }
	details::details-content { content-visibility: visible; display: block; height: auto; }
	tr, figure > svg, figure > details, .figures, .said { break-inside: avoid; }
	.figures b { font-size: 13pt; }
	h2, h3, summary, figcaption { break-after: avoid; }
	thead { display: table-header-group; }
	.charts { grid-template-columns: 1fr 1fr; gap: 1rem 2rem; margin: 1rem 0; }
	h2 { margin-top: 1.5rem; }
}
`;

/** The style sheet of the page. A dark scheme is for screens: paper is white. */
export const style = `
:root { color-scheme: light dark; ${light} }
@media screen and (prefers-color-scheme: dark) { :root { ${dark} } }
${text}${charts}${tables}${scripted}${narrow}${print}`;

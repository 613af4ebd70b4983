/**
 * What the page does where scripts run: heads of columns sort, long tables can be searched, what a link leads to is opened, and
 * all is open when it is printed. Without it nothing is missing that is said. It makes elements and never reads markup, so that no
 * text of a log becomes one.
 */
export const script = `
'use strict';
{
	const leastRows = 8;
	const make = (name, parent, text = '') => {
		const element = document.createElement(name);
		element.textContent = text;
		parent.append(element);
		return element;
	};
	const textOf = (row, column) => row.cells[column]?.textContent ?? '';
	const numberOf = text => {
		const number = Number.parseFloat(text.replaceAll(',', '').replace(/^[<>✘ ]+/, ''));
		return Number.isNaN(number) ? -1 : number;
	};

	const targetOf = link => document.getElementById(link.hash.slice(1));
	/** What is said at length of a row, below its table. */
	const atLength = row =>
		[...row.querySelectorAll('a')].map(link => targetOf(link)?.closest('.more > details')?.textContent ?? '').join(' ');

	function sortBy(table, heads, column) {
		const head = heads[column];
		const isNumber = head.className === 'n';
		const old = head.getAttribute('aria-sort') ?? '';
		const first = isNumber ? 'descending' : 'ascending';
		const order = old === '' ? first : old === 'ascending' ? 'descending' : 'ascending';
		for (const each of heads) each.removeAttribute('aria-sort');
		head.setAttribute('aria-sort', order);
		const sign = order === 'ascending' ? 1 : -1;
		const compare = (a, b) => isNumber ? numberOf(a) - numberOf(b) : a.localeCompare(b, 'en', {numeric: true});
		const rows = [...table.tBodies[0].rows].map(row => [textOf(row, column), row]);
		rows.sort(([a], [b]) => sign * compare(a, b));
		table.tBodies[0].append(...rows.map(([, row]) => row));
	}

	function addSearch(table, rows) {
		const box = document.createElement('label');
		box.className = 'find';
		make('span', box, 'Search');
		const input = make('input', box);
		input.type = 'search';
		const said = make('span', box);
		said.setAttribute('role', 'status');
		table.parentElement.before(box);
		let words;
		input.addEventListener('input', () => {
			words ??= rows.map(row => (row.textContent + ' ' + atLength(row)).toLowerCase());
			const wanted = input.value.toLowerCase().split(' ').filter(Boolean);
			let shown = 0;
			for (const [index, row] of rows.entries()) {
				row.hidden = !wanted.every(word => words[index].includes(word));
				if (!row.hidden) shown += 1;
			}
			said.textContent = wanted.length === 0 ? '' : shown + ' of ' + rows.length + ' rows';
		});
	}

	for (const table of document.querySelectorAll('table')) {
		const rows = [...table.tBodies[0].rows];
		const heads = [...table.tHead.rows[0].cells];
		if (rows.length > 1)
			for (const [column, head] of heads.entries()) {
				const name = head.textContent;
				head.textContent = '';
				const button = make('button', head, name);
				button.type = 'button';
				button.addEventListener('click', () => sortBy(table, heads, column));
			}
		if (rows.length >= leastRows) addSearch(table, rows);
	}

	document.documentElement.classList.add('scripted');
	for (const more of document.querySelectorAll('.more')) {
		const all = [...more.children];
		const button = document.createElement('button');
		button.type = 'button';
		const isOpen = () => all.every(each => each.open);
		const name = () => {
			button.textContent = isOpen() ? 'Fold all' : 'Unfold all (' + all.length + ')';
		};
		button.addEventListener('click', () => {
			const open = !isOpen();
			for (const each of all) each.open = open;
		});
		for (const each of all) each.addEventListener('toggle', name);
		name();
		more.prepend(button);
	}

	const openTarget = () => {
		const target = targetOf(location);
		const details = target?.closest('details');
		if (!details) return;
		details.open = true;
		details.scrollIntoView();
	};
	addEventListener('hashchange', openTarget);
	document.addEventListener('click', event => {
		// A link to where the address already leads changes nothing that could be heard.
		if (event.target.closest('a')?.hash === location.hash) openTarget();
	});
	openTarget();

	let closed = [];
	addEventListener('beforeprint', () => {
		closed = [...document.querySelectorAll('details:not([open])')];
		for (const each of closed) each.open = true;
	});
	addEventListener('afterprint', () => {
		for (const each of closed) each.open = false;
	});
}
`;

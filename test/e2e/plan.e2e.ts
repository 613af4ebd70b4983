import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import {lint} from '../../src/mailserver/lint/lint.ts';
import type {FixPlan} from '../../src/model/fix-plan.ts';
import {subjectOf} from '../mailserver/lint/checks/linted.ts';
import {configurationFiles, type Files} from '../mailserver/lint/generated.ts';
import {afterPlan} from '../mailserver/lint/postconf-model.ts';
import {losses} from '../mailserver/lint/protection.ts';
import {must, run} from './programs.ts';
import {tlsaudit} from './tlsaudit.ts';

const world = process.env.TLSAUDIT_E2E ?? '';
const configurations = 60;

const subjectFrom = ({main, master}: Files) => subjectOf({wholeMain: main, wholeMaster: master});

function filesOf(folder: string): Files {
	return {main: readFileSync(join(folder, 'main.cf'), 'utf8'), master: readFileSync(join(folder, 'master.cf'), 'utf8')};
}

/** What of a configuration counts: names and values in their order, without lines and forms. */
function settingsOf(files: Files): object {
	const {main, services} = subjectFrom(files).configuration;
	const pairs = (settings: readonly {name: string; value: string}[]) =>
		settings.map(({name, value}) => `${name}=${value.replaceAll(/[\s,]+/g, ',')}`);
	return {
		main: pairs(main ?? []),
		services: (services ?? []).map(({name, type, command, options}) => [name, type, command, ...pairs(options)]),
	};
}

async function planIn(folder: string): Promise<FixPlan & {by_hand: FixPlan['byHand']}> {
	const {out} = await tlsaudit('postfix', folder, '--postfix-version', '3.7.11', '--format', 'json');
	return JSON.parse(out).plan[0];
}

/** Runs the printed script on a folder. The check of a whole mail system is not for files that are put together. */
async function runScript(folder: string): Promise<void> {
	const {out} = await tlsaudit('postfix', folder, '--postfix-version', '3.7.11', '--format', 'sh');
	if (!/^postconf /m.test(out)) return;
	const {status, said} = await run('sh', [], out.replace(/^postfix check$/m, ''));
	if (status !== 0) throw new Error(`the script ended with ${status}: ${said}`);
}

test('The script, run by sh with the real postconf, leaves what the plan promises, in 60 configurations', async t => {
	t.timeout(900_000);
	const counts = {configurations: 0, steps: 0, sound: 0};
	for (const [index, files] of fc.sample(configurationFiles, configurations).entries()) {
		const folder = join(world, `plan-${index}`);
		mkdirSync(folder, {recursive: true});
		writeFileSync(join(folder, 'main.cf'), files.main);
		writeFileSync(join(folder, 'master.cf'), files.master);
		const {steps, by_hand: byHand} = await planIn(folder);
		await runScript(folder);
		const real = filesOf(folder);
		const [before, after] = [subjectFrom(files), subjectFrom(real)];
		const shown = `${JSON.stringify(files)}\n${steps.map(({command}) => command).join('\n')}`;
		const promised = afterPlan(files, {steps});
		t.deepEqual(settingsOf(real), settingsOf(promised), shown);
		t.deepEqual(losses(before, after), [], shown);
		const errors = lint(after).filter(({severity}) => severity === 'error');
		const hand = new Set(byHand.map(({id, service}) => `${id} ${service}`));
		t.deepEqual(
			errors.map(({id, service}) => `${id} ${service}`).filter(key => !hand.has(key)),
			[],
			shown,
		);
		t.deepEqual((await planIn(folder)).steps, [], shown);
		counts.configurations += 1;
		counts.steps += steps.length;
		counts.sound += errors.length === 0 ? 1 : 0;
	}
	t.log(counts);
	t.is(counts.configurations, configurations);
	t.true(counts.steps > configurations);
});

test('The copies that the script keeps bring back the files as they were', async t => {
	const folder = join(world, 'plan-undone');
	mkdirSync(folder, {recursive: true});
	// Without a newline at the end: the copy has none either.
	const main = 'smtpd_tls_security_level = may\nsmtp_tls_loglevel = 0';
	const master = 'smtp inet n - y - - smtpd\nsmtp unix - - y - - smtp';
	writeFileSync(join(folder, 'main.cf'), main);
	writeFileSync(join(folder, 'master.cf'), master);
	await runScript(folder);
	t.not(filesOf(folder).main, main);
	for (const file of ['main.cf', 'master.cf'])
		await must('sh', ['-c', `cp -p ${folder}/${file}.before-tlsaudit-* ${folder}/${file}`]);
	t.deepEqual(filesOf(folder), {main, master});
});

for (const name of ['founding-postfix', 'debian-postfix', 'modern-postfix'])
	test(`After the script the configuration of samples/${name} has no error and no command left`, async t => {
		const folder = join(world, name);
		mkdirSync(folder, {recursive: true});
		const files = filesOf(join(import.meta.dirname, '../../samples', name));
		writeFileSync(join(folder, 'main.cf'), files.main);
		writeFileSync(join(folder, 'master.cf'), files.master);
		await runScript(folder);
		const after = subjectFrom(filesOf(folder));
		t.deepEqual(
			lint(after).filter(({severity}) => severity === 'error'),
			[],
		);
		t.deepEqual(losses(subjectFrom(files), after), []);
		t.deepEqual((await planIn(folder)).steps, []);
	});

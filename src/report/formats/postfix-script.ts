import type {FixPlan, HandStep, PlanStep} from '../../model/fix-plan.ts';
import {plain} from '../../text/plain.ts';
import {shellQuoted} from '../../text/shell.ts';
import {hasNoService, type PostfixReport} from '../postfix-report.ts';

/** Where Postfix keeps its files unless told otherwise (postconf(5) config_directory). */
const usualDirectory = '/etc/postfix';

/**
 * Copies of the files, and the newline that the last line of one may lack: postconf would write the next setting behind
 * it. MAIL_CONFIG is the directory for postconf, postmap and postfix alike (postconf(1), ENVIRONMENT).
 */
function beginning({directory}: FixPlan): string[] {
	return [
		`MAIL_CONFIG=${shellQuoted(directory ?? usualDirectory)}`,
		'export MAIL_CONFIG',
		'kept=before-tlsaudit-$(date +%Y%m%d%H%M%S)',
		'',
		'# Copies first.',
		'for file in main.cf master.cf; do',
		'	[ -f "$MAIL_CONFIG/$file" ] || continue',
		'	cp -p "$MAIL_CONFIG/$file" "$MAIL_CONFIG/$file.$kept"',
		"	echo \"To undo: cp -p '$MAIL_CONFIG/$file.$kept' '$MAIL_CONFIG/$file'\"",
		'	# A file without a newline at its end gets one: postconf would glue the next line on.',
		'	[ -z "$(tail -c 1 "$MAIL_CONFIG/$file")" ] || echo >> "$MAIL_CONFIG/$file"',
		'done',
	];
}

function stepLines({service, findings, command}: PlanStep): string[] {
	return [`# ${plain(`${service}: ${findings.join(', ')}`)}`, command];
}

function handLines({id, severity, service, advice}: HandStep): string[] {
	const [first = '', ...more] = (advice ?? '').split('\n');
	const head = `${severity} ${id}, ${service}`;
	if (more.length === 0) return [`#   ${plain(advice === null ? head : `${head}: ${first}`)}`];
	return [`#   ${plain(`${head}:`)}`, ...[first, ...more].map(line => `#     ${plain(line)}`)];
}

function planLines(plan: FixPlan): string[] {
	const {byHand} = plan;
	// Every file gets the newline that it lacks, where it is copied.
	const steps = plan.steps.filter(({command}) => !command.startsWith('echo '));
	const hand =
		byHand.length === 0 ? [] : ['', '# By hand, since no command can know it:', ...byHand.flatMap(handLines)];
	if (steps.length === 0) return ['# There is nothing that a command can mend.', ...hand];
	return [
		...beginning(plan),
		'',
		...steps.flatMap(stepLines),
		'',
		'postfix check',
		"echo 'Changed. Postfix goes on as before until: postfix reload'",
		...hand,
	];
}

/**
 * The plan as a script for sh(1): it keeps copies, changes the files and has Postfix check them; it reloads nothing.
 * Whatever values hold is in single quotes, and comments are one line each.
 */
export function postfixScript({plans, config, matrix}: PostfixReport): string {
	const lines = [
		'#!/bin/sh',
		`# What tlsaudit found in ${plain(config)}, as commands. Read them, then run them as root.`,
		'# To undo: copy the files back that end in before-tlsaudit-DATE, then "postfix reload".',
		'set -eu',
		...(hasNoService({matrix}) ? ['# No service was read.'] : []),
		...plans.flatMap(plan => [
			'',
			...(plan.instance === null ? [] : [`# The instance ${plain(plan.instance)}`]),
			...planLines(plan),
		]),
	];
	return `${lines.join('\n')}\n`;
}

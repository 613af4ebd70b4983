export const severities = ['violation', 'weakness', 'info'] as const;

/** `violation` fails a check; `weakness` should be fixed; `info` is worth knowing. */
export type Severity = (typeof severities)[number];

/** Least severity that fails a check. */
export type FailOn = Exclude<Severity, 'info'>;

/** Whether a finding of the severity counts against a check. */
export function counts(severity: Severity, failOn: FailOn): boolean {
	return severity === 'violation' || (failOn === 'weakness' && severity === 'weakness');
}

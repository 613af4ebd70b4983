/** The names that stand for numbers in records, each at its number; null where a number stands for nothing. */
export function namesByNumber<Name extends string>(
	numbers: Readonly<Record<Name, number>>,
): ReadonlyArray<Name | null> {
	const names: Array<Name | null> = [];
	for (const [name, number] of Object.entries(numbers) as Array<[Name, number]>) names[number] = name;
	for (let number = 0; number < names.length; number++) names[number] ??= null;
	return names;
}

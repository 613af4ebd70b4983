/** The name in SQL of all names beyond the `most` frequent of `names`: `4950 others`. `namesIn` reads it. */
export const othersOf = (names: string, most: number): string => `concat(${names} - ${most}, ' others')`;

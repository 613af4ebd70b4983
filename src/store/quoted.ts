/** A text within SQL. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

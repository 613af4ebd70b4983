/**
 * How often a property is tried. `PROPERTY_RUNS=20 npm run unit -- test/log/wrapping.test.ts` tries it twenty times as
 * often as a usual run of all tests does.
 */
export const runs = (usual: number): number => usual * Number(process.env.PROPERTY_RUNS ?? 1);

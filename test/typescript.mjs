/**
 * Lets Node run TypeScript: `node --import=./test/typescript.mjs FILE.ts`. AVA starts a process per test file, so the start
 * of a process counts: with a general loader it takes 0.35 s of processor time, with this one 0.06 s. Node 22.18 and later
 * strip types themselves, but for JSX.
 */
import {register} from 'node:module';

register('./load-typescript.mjs', import.meta.url);

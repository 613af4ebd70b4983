import type {Store} from '../store.ts';

/** What the questions of the screens are put to: a store filled by `createLiveLoader`. */
export type Screen = {readonly store: Store};

import {styleText} from 'node:util';
import {plain} from '../text/plain.ts';

type Look = 'heading' | 'violation' | 'weakness' | 'info' | 'pass';

/** How a word looks; colour never carries meaning alone. Any text is made safe before it is coloured. */
export type Style = (look: Look, text: string) => string;

export const monochrome: Style = (_look, text) => plain(text);

const looks = {heading: 'bold', violation: 'red', weakness: 'yellow', info: 'cyan', pass: 'green'} as const;

export const coloured: Style = (look, text) => styleText(looks[look], plain(text));

const {port1: nowhere} = new MessageChannel();
nowhere.close();

/**
 * Gives memory back at once, and not when the collector finds that nobody holds it any more: it counts such memory, and with
 * a megabyte for every megabyte of text it went through the whole heap for each forty. What is posted to a closed port is
 * gone. Whoever still holds a view on it sees one of no length.
 */
export function freeMemory(memory: ArrayBuffer): void {
	nowhere.postMessage(null, [memory]);
}

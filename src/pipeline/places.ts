/** Blocks that a thread may have read ahead of their turn: one is read while the records of others wait to be taken. */
export const placesOfReader = 2;
/** Batches that the records of a block may fill; a block with more is read in order. Usual ones fill one or two. */
export const batchesOfPlace = 6;

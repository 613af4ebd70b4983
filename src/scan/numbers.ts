/**
 * Numbers that stand for names in what the scanner and `src/log` exchange: the one list of them, compiled into the scanner and
 * imported by `src/log`. A number without a type is an i32 to AssemblyScript and a number to TypeScript.
 */

/** Numbers of a record, and the most records, and bytes of strings, of a batch. */
export const recordSize = 16;
export const mostRecords = 8192;
export const mostStringBytes = 262_144;

/** The log time of a host is reported at least once in each span of that length, ms, and what is due on it is looked for as often. */
export const spanOfTime = 5000;

/** Whether a handshake of our client failed last: a reader that does not know the lines before cannot say. */
export const failureNotKnown = -2;

/** What a line counts as. */
export const lineUnderstood = 0;
export const lineIrrelevant = 1;
export const lineForeign = 2;
export const lineUnknown = 3;

/** Who writes under a tag. */
export const programIrrelevant = 0;
export const programForeign = 1;
export const programDovecot = 2;
export const programSmtpd = 3;
export const programClient = 4;
export const programTlsproxy = 5;
export const programPostscreen = 6;
/** error(8), which puts mail off without a connection. */
export const programError = 7;
/** Lines of others are read by the caller. */
export const programOther = 8;

/** How far the peer of a summary is trusted; 0 where the line does not say. The bits stand beside it. */
export const trustAnonymous = 1;
export const trustUntrusted = 2;
export const trustTrusted = 3;
export const trustVerified = 4;
export const trustBits = 7;
export const reusedBit = 8;
export const fromBit = 16;

/** What the text in a delivery's last brackets says about TLS. */
export const replyHandshakeFailed = 0;
export const replyNotOffered = 1;
export const replyRefused = 2;
export const replyUnavailable = 3;
export const replyNotVerified = 4;
export const replyDane = 5;
export const replyLost = 6;
export const replyTimeout = 7;
export const replySaid = 8;
export const replyRequireTls = 9;
export const replyOther = 10;

/** What became of a recipient; 0 for a probe of an address, which is no mail. */
export const statusSent = 1;
export const statusDeferred = 2;
export const statusBounced = 3;

/** Why TLS held mail back; 0 where it did not. */
export const heldNoDnssec = 1;
export const heldNoTlsa = 2;
export const heldTlsaLookup = 3;
export const heldConfiguration = 4;
export const heldRequireTls = 5;
export const heldNotVerified = 6;
export const heldNotOffered = 7;
export const heldRefused = 8;
export const heldUnavailable = 9;
export const heldHandshakeFailed = 10;
export const heldTlsaUnusable = 11;

/** What a client of postscreen was seen to say. */
export const saidSomething = 0;
export const saidAndRefused = 1;
export const saidStarttls = 2;

/** Of a login: its hop, what came of its connection, where its port is known from, how it came to TLS. */
export const hopAccess = 0;
export const hopSubmission = 1;
export const hopInternal = 2;
export const outcomeEncrypted = 1;
export const outcomePlaintext = 2;
export const outcomeFailed = 3;
export const portFromLog = 1;
export const portFromService = 2;
export const modeImplicit = 1;
export const modeStarttls = 2;
/** «secured» without TLS, a bit of what `securityOf` gives. */
export const trustedBit = 4096;

/** What the head of a line of a login process says of its connection. */
export const headPassing = 0;
export const headEnded = 1;
export const headEntered = 2;
export const headProxied = 3;
export const headProxyEnded = 4;

/**
 * Kinds of records by their numbers: the one list of them, compiled into the scanner and imported by `src/log/records.ts`. A number
 * without a type is an i32 to AssemblyScript and a number to TypeScript. Those from `serverConnect` on are events, in the order of
 * the programs: the joiner knows by the number whose event it is.
 */

/** Definitions of interned strings: a number, and where in `bytes` the string lies, from and to. */
export const client = 1;
export const relay = 2;
export const string = 3;
export const endpoint = 4;
export const handshake = 5;
export const handshakeKey = 6;
export const label = 7;
export const secured = 8;
export const problem = 9;
export const daemon = 10;
export const source = 11;
/** A domain of recipients. */
export const domain = 12;
/** What a line of TLSRPT says. */
export const report = 13;

/** All names of hosts and tags are void. */
export const forget = 14;

/** Nothing but the time. */
export const time = 15;

/** Lines of a host are missing for so many ms from now. */
export const lossy = 16;
export const restart = 17;

/** «last message repeated»: the last failure of a handshake again, so many times. */
export const again = 18;

/** A process goes on without TLS. */
export const tlsOff = 19;

export const serverConnect = 20;
export const serverSummary = 21;
export const serverDisconnect = 22;
export const serverMessage = 23;
export const serverHandshakeFailed = 24;
export const serverLibraryProblem = 25;
export const serverBroken = 26;
export const serverRejected = 27;
export const serverRejectedPlaintext = 28;
export const serverRefused = 29;
export const serverCertificateRequired = 30;

/** A line that proves a handshake, or records of TLS, and no more. */
export const serverHandshake = 31;

export const clientSummary = 40;
export const clientDelivery = 41;
export const clientSkipped = 42;
export const clientHandshakeFailed = 43;
export const clientLibraryProblem = 44;

/** A line that only a handshake with this peer brings about, and what it says of trust. */
export const clientHandshakeSeen = 45;

/** No STARTTLS on the current connection, or on that to the host with this name. */
export const clientNoStarttls = 46;

/** The mail host of a domain is none that its MTA-STS policy names. */
export const clientStsMismatch = 47;

/** A result that was handed to the TLSRPT library. */
export const clientReport = 48;

export const proxyConnect = 50;
export const proxySummary = 51;
export const proxyDisconnect = 52;
export const proxyHandshakeFailed = 53;
export const proxyLibraryProblem = 54;

/** The client or server said nothing for too long, in a handshake or later. */
export const proxyTimeout = 55;
export const proxyReport = 56;

export const screenConnect = 60;
export const screenPass = 61;
export const screenDisconnect = 62;
export const screenDialogue = 63;

export const login = 70;

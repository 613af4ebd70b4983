/** What is asked of the caller: what few lines need, and what is done with strings. Texts are given by their place in memory. */

/** Takes the records written so far and makes room for more. */
export declare function flush(): void;
/** The number of the reason in what follows `SSL_accept error from P: `, see `failures`; -1 when it names none. */
export declare function failureOfDetail(from: usize, to: usize): i32;
/** Whether a text says that its process goes on without TLS. */
export declare function isTlsOff(from: usize, to: usize): bool;
/** Whether a text is about the certificate of the other side, which proves a handshake. */
export declare function isCertificateText(from: usize, to: usize): bool;
/** Whether a text is one of loglevel 2 or of certificate matching. */
export declare function isTlsDetail(from: usize, to: usize): bool;
/** A text of Postfix that no rule knew speaks of TLS, in that line. */
export declare function unknown(from: usize, to: usize, line: i32): void;
/** A text of TLS that no rule of its program could read, in that line. */
export declare function unread(from: usize, to: usize, line: i32): void;
/** The number now stands for this secured text of a login. */
export declare function secured(number: i32, from: usize, to: usize): void;
/** What a login proves by its secured text and its head: the number of an outcome, 16 times that of a failure plus one, and 4096 for «secured» without TLS. */
export declare function securityOf(number: i32, headFrom: usize, headTo: usize, usual: bool): i32;
/** What the head of a login in words that few logs have says, by its number. */
export declare function headOf(from: usize, to: usize): i32;
/** Whether a text of our client is about settings, policies and libraries. */
export declare function isClientNote(from: usize, to: usize): bool;

/** What is used of WebAssembly: the declarations of Node.js leave it to those of browsers. */
declare namespace WebAssembly {
	type Memory = {readonly buffer: ArrayBuffer};
	class Module {
		constructor(code: Uint8Array);
	}
	class Instance {
		constructor(module: Module, imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>);
		readonly exports: Readonly<Record<string, unknown>>;
	}
}

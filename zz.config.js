export default {files:['built-tests/**/*.test.js'],workerThreads:false,timeout:'8m',concurrency:2};

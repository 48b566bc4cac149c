#!/usr/bin/env node
const { loadBundle, readCodeCache } = require('./bundle.js');

const { main } = loadBundle(readCodeCache()).exports;
main(process).then((exitCode) => {
  process.exitCode = exitCode;
});

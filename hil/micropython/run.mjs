// Runs /run.py of a folder in the official MicroPython interpreter: the folder becomes the root of its flash.
import fs from 'fs';
import path from 'path';

const {loadMicroPython} = await import(
  './node_modules/@micropython/micropython-webassembly-pyscript/micropython.mjs');
const mp = await loadMicroPython({heapsize: 262144, stdout: (line) => fs.writeSync(1, line + '\n')});

function copy(from, to) {
  for (const entry of fs.readdirSync(from, {withFileTypes: true})) {
    const here = path.join(from, entry.name), there = `${to}/${entry.name}`;
    if (entry.isDirectory()) {
      mp.FS.mkdir(there);
      copy(here, there);
    } else {
      mp.FS.writeFile(there, fs.readFileSync(here));
    }
  }
}

copy(process.argv[2], '');
try {
  mp.runPython(fs.readFileSync(path.join(process.argv[2], 'run.py'), 'utf-8'));
} catch (error) {
  fs.writeSync(2, `${error.message}\n`);
  process.exit(1);
}

// The gateway firmware in the official MicroPython interpreter, stepped over stdin and stdout.
// argv: folder of the firmware files. First answer: the interpreter's own name and version.
// Then per step: u16 length, u32 now_ms, u8 key, u8 count, count x (u8 bus, u32 id, u8 length, 8 bytes), little
// endian; the answer likewise: u16 length, u8 count, frames. A length with its top bit set brings new settings and
// a new gateway, answered by an empty message. Virtual time comes with each step; no clock is read.
import fs from 'fs';
import path from 'path';
import {fileURLToPath} from 'url';

const [folder] = process.argv.slice(2);
const here = path.dirname(fileURLToPath(import.meta.url));

// The build does not export its memory: catch it on the way in.
let memory;
const instantiate = WebAssembly.instantiate;
WebAssembly.instantiate = async (bytes, imports) => {
  const result = await instantiate.call(WebAssembly, bytes, imports);
  for (const value of Object.values((result.instance || result).exports)) {
    if (value instanceof WebAssembly.Memory) memory = value;
    if (value instanceof WebAssembly.Table) remember(value);
  }
  return result;
};

// The build asks its table at each call that may raise, only to assert what it knows: 15 % of its time.
function remember(table) {
  const asked = table.get.bind(table), known = [];
  table.get = (at) => known[at] ??= asked(at);
  table.set = () => { throw new Error('a table that is remembered does not change'); };
}

function fail(error) {
  fs.writeSync(2, `${error && error.message ? error.message : error}\n`);
  process.exit(1);
}

function readExactly(length) {
  const buffer = Buffer.alloc(length);
  let have = 0;
  while (have < length) {
    let got;
    try {
      got = fs.readSync(0, buffer, have, length - have, null);
    } catch (error) {
      if (error.code === 'EAGAIN') continue;
      if (error.code !== 'EOF') throw error;
      got = 0;
    }
    if (got === 0) process.exit(0);  // the bench has closed the pipe
    have += got;
  }
  return buffer;
}

function answer(bytes) {
  const frame = Buffer.alloc(2 + bytes.length);
  frame.writeUInt16LE(bytes.length, 0);
  frame.set(bytes, 2);
  let sent = 0;
  while (sent < frame.length) sent += fs.writeSync(1, frame, sent);
}

const {loadMicroPython} = await import(
  './node_modules/@micropython/micropython-webassembly-pyscript/micropython.mjs');
const mp = await loadMicroPython({heapsize: 65536, stdout: (line) => process.stderr.write(line + '\n')});
try {
  mp.FS.mkdir('/flash');
  mp.FS.mkdir('/flash/firmware');
  for (const name of fs.readdirSync(folder).filter((file) => file.endsWith('.py'))) {
    mp.FS.writeFile(`/flash/firmware/${name}`, fs.readFileSync(path.join(folder, name)));
  }
  mp.FS.writeFile('/flash/stepped.py', fs.readFileSync(path.join(here, 'stepped.py')));
  mp.runPython("import sys; sys.path.insert(0, '/flash')\nfrom stepped import *");
} catch (error) { fail(error); }

const step = mp.globals.get('step');
const restart = mp.globals.get('restart');
const received = mp.globals.get('RECEIVED');
const sent = mp.globals.get('SENT');
answer(Buffer.from(mp.globals.get('interpreter')()));
for (;;) {
  const head = readExactly(2).readUInt16LE(0);
  const length = head & 0x7fff;
  const message = readExactly(length);
  try {
    new Uint8Array(memory.buffer).set(message, received);  // a new view each time: the memory may have grown
    const count = head & 0x8000 ? restart(length) : step(length);
    answer(new Uint8Array(memory.buffer).subarray(sent, sent + count));
  } catch (error) { fail(error); }
}

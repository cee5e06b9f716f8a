// A board of the bench: the official MicroPython interpreter, its flash a folder of this machine.
// argv: folder, bytes of room, then either `serve` (a REPL over stdin and stdout, a terminal's two ends) or
// `run` and a script. Whatever the interpreter writes is in the folder at once: pulling the plug loses nothing
// else. The flash is mounted at /flash, the working directory, as on an STM32.
import fs from 'fs';
import path from 'path';
import {fileURLToPath} from 'url';

const [folder, room, mode, script] = process.argv.slice(2);
const here = path.dirname(fileURLToPath(import.meta.url));
const RESET = 3;  // exit code of machine.reset(): who started us starts us again
const CTRL_A = 1, CTRL_D = 4, CTRL_E = 5;
const OUT_OF_ROOM = 51;
// errno as MicroPython's own ports number it, from the numbers of this build (WASI)
const ERRNO = {2: 13, 10: 16, 20: 17, 28: 22, 31: 21, 44: 2, 51: 28, 54: 20, 55: 39, 63: 1, 69: 30};
const renumbered = (number) => ERRNO[number] ?? number;
const instantiate = WebAssembly.instantiate;
WebAssembly.instantiate = (bytes, imports) => {
  for (const table of new Set(Object.values(imports))) {
    for (const [name, plain] of Object.entries(table)) {
      if (name.startsWith('__syscall_')) {
        table[name] = (...args) => { const got = plain(...args); return got < 0 ? -renumbered(-got) : got; };
      } else if (name.startsWith('fd_')) {
        table[name] = (...args) => renumbered(plain(...args));
      }
    }
  }
  return instantiate.call(WebAssembly, bytes, imports);
};

const {loadMicroPython} = await import(
  './node_modules/@micropython/micropython-webassembly-pyscript/micropython.mjs');
let output = [], unsaid = 0;
const mp = await loadMicroPython({
  heapsize: 131072,
  linebuffer: false,
  stdout: (bytes) => {
    if (unsaid > 0) { unsaid -= bytes.length; return; }  // one byte at a time
    output.push(...bytes);
    if (output.length > 4096) flush();
  },
});

function flush() {
  const bytes = Uint8Array.from(output);
  output = [];
  for (let sent = 0; sent < bytes.length;) {
    try { sent += fs.writeSync(1, bytes, sent); } catch (error) { if (error.code !== 'EAGAIN') throw error; }
  }
}

// --- the flash: every operation below /flash is done in the folder, too
const ROOT = '/flash';
const inFlash = (name) => name === ROOT || name.startsWith(`${ROOT}/`);
const onHost = (name) => path.join(folder, name.slice(ROOT.length));
const pathOf = (node) => mp.FS.getPath(node);

function usedBytes(directory = folder) {
  let bytes = 0;
  for (const entry of fs.readdirSync(directory, {withFileTypes: true})) {
    const name = path.join(directory, entry.name);
    bytes += entry.isDirectory() ? usedBytes(name) : fs.statSync(name).size;
  }
  return bytes;
}

function mirror(operations, name, onDone) {
  const plain = operations[name];
  operations[name] = (...args) => onDone(() => plain(...args), ...args);
}

function load(from, to) {
  for (const entry of fs.readdirSync(from, {withFileTypes: true})) {
    const source = path.join(from, entry.name), target = `${to}/${entry.name}`;
    if (entry.isDirectory()) {
      mp.FS.mkdir(target);
      load(source, target);
    } else {
      mp.FS.writeFile(target, fs.readFileSync(source));
    }
  }
}

mp.FS.mkdir(ROOT);
load(folder, ROOT);
mp.FS.writeFile('/probe', '');
const directories = mp.FS.lookupPath(ROOT).node.node_ops;
const files = mp.FS.lookupPath('/probe').node;
mirror(directories, 'mknod', (plain, parent, name, kind) => {
  const node = plain(), target = `${pathOf(parent)}/${name}`;
  if (inFlash(target)) {
    if (mp.FS.isDir(kind)) fs.mkdirSync(onHost(target)); else fs.writeFileSync(onHost(target), '');
  }
  return node;
});
mirror(directories, 'unlink', (plain, parent, name) => {
  const target = `${pathOf(parent)}/${name}`;
  if (inFlash(target)) fs.unlinkSync(onHost(target));
  return plain();
});
mirror(directories, 'rmdir', (plain, parent, name) => {
  const target = `${pathOf(parent)}/${name}`, done = plain();
  if (inFlash(target)) fs.rmdirSync(onHost(target));
  return done;
});
mirror(directories, 'rename', (plain, node, parent, name) => {
  const before = pathOf(node), after = `${pathOf(parent)}/${name}`, done = plain();
  if (inFlash(before) && inFlash(after)) fs.renameSync(onHost(before), onHost(after));
  return done;
});
mirror(files.node_ops, 'setattr', (plain, node, attributes) => {
  const done = plain(), name = pathOf(node);
  if (attributes.size !== undefined && inFlash(name)) fs.truncateSync(onHost(name), attributes.size);
  return done;
});
mirror(files.stream_ops, 'write', (plain, stream, buffer, offset, length, position, canOwn) => {
  const name = pathOf(stream.node);
  if (!inFlash(name)) return plain();
  if (usedBytes() + length > Number(room)) throw new mp.FS.ErrnoError(OUT_OF_ROOM);
  const host = fs.openSync(onHost(name), 'r+');
  fs.writeSync(host, buffer, offset, length, position);
  fs.closeSync(host);
  return plain();
});
const BLOCK = 512;
directories.statfs = () => {
  const free = Math.max(0, Math.floor((Number(room) - usedBytes()) / BLOCK));
  return {bsize: BLOCK, frsize: BLOCK, blocks: Math.floor(Number(room) / BLOCK), bfree: free, bavail: free};
};
mp.FS.unlink('/probe');

// --- the machine
mp.FS.mkdir('/shim');
mp.FS.writeFile('/shim/machine.py', fs.readFileSync(path.join(here, 'machine.py')));
mp.registerJsModule('bench', {reset: () => { flush(); process.exit(RESET); }});
mp.runPython(`
import bench, os, sys
sys.path.append('/shim')
import machine
machine.reset = bench.reset
os.chdir('${ROOT}')
del bench, os, sys, machine
`);

function runFile(name) {
  try {
    mp.runPython(mp.FS.readFile(`${ROOT}/${name}`, {encoding: 'utf8'}));
  } catch (error) {
    output.push(...Buffer.from(`${error.message}\r\n`));
  }
}

const has = (name) => mp.FS.analyzePath(`${ROOT}/${name}`).exists;

function* received() {
  const chunk = Buffer.alloc(4096);
  for (;;) {
    flush();
    let count;
    try {
      count = fs.readSync(0, chunk, 0, chunk.length, null);
    } catch (error) {
      if (error.code === 'EAGAIN') continue;
      return;  // the terminal is gone
    }
    if (count === 0) return;
    yield* chunk.subarray(0, count);
  }
}

// Raw paste (MicroPython's raw REPL with flow control) is not in this build: done here, on top of the raw REPL.
const WINDOW = 1024;

function rawPaste(bytes) {
  output.push(82, 1, WINDOW & 0xff, WINDOW >> 8);
  const script = [];
  for (let byte = bytes.next().value; byte !== undefined; byte = bytes.next().value) {
    if (byte === CTRL_D) break;
    script.push(byte);
    if (script.length % WINDOW === 0) output.push(CTRL_A);
  }
  output.push(CTRL_D);
  unsaid = 2;  // the raw REPL's own "OK"
  for (const byte of [...script, CTRL_D]) feed(byte);
}

function serve() {
  mp.runPython("import machine; machine.pulled_down.add('SERVICE'); del machine");
  for (const name of ['boot.py', 'main.py']) if (has(name)) runFile(name);
  mp.replInit();
  const bytes = received();
  let held = [];
  for (let byte = bytes.next().value; byte !== undefined; byte = bytes.next().value) {
    held.push(byte);
    if (held.length === 1 && byte === CTRL_E) continue;
    if (held.length === 2 && held[0] === CTRL_E && byte === 65) continue;
    if (held.length === 3 && byte === CTRL_A) rawPaste(bytes);
    else for (const one of held) feed(one);
    held = [];
  }
}

function feed(byte) {
  if (mp.replProcessChar(byte)) {
    output.push(...Buffer.from('MPY: soft reboot\r\n'));
    mp.replInit();
  }
}

if (mode === 'serve') {
  serve();
} else {
  try {
    mp.runPython(script);
  } catch (error) {
    flush();
    fs.writeSync(2, `${error.message}\n`);
    process.exit(1);
  }
  flush();
}

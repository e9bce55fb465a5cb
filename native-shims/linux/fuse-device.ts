/**
 * /dev/fuse by the calls that Node does not offer: reading without waiting, poll(2), sched_yield(2), and splice(2) from a
 * file to the device through a pipe; and by read, pread and write themselves, which cost a third of a microsecond less each
 * than Node's.
 *
 * Invariants:
 * 1. The pipe is empty between two answers: what could not be passed on goes with the pipe.
 * 2. Nothing waits for room in the pipe: a range is at most as long as it holds, and filling it never blocks.
 */

import { closeSync, constants as files } from 'node:fs';
import { constants } from 'node:os';
import { setU64, viewOf } from '../../src/base/bytes.ts';
import { OUT } from '../../src/serve/fuse/abi.ts';
import { type DeviceCalls, NOTHING } from '../../src/serve/fuse/request-reader.ts';
import { type CFunction, type Koffi, loadKoffi } from '../koffi.ts';
import { errnoName, systemError } from '../system-errors.ts';

/** struct pollfd */
const POLLFD = { fd: 0, events: 4, SIZE: 8 } as const;
const POLLIN = 1;
const FOREVER = -1;

/** fcntl(2) */
const F_GETFL = 3;
const F_SETFL = 4;
const F_SETPIPE_SZ = 1031;
const F_GETPIPE_SZ = 1032;

const O_CLOEXEC = 0o2000000;
const SPLICE_F_NONBLOCK = 2;

const PAGE = 4096;
/** Ranges from here on are spliced, and copied once: below, a call more costs as much as a copy less saves. */
const SPLICE_MIN = 32 * 1024;
/** A quarter of what anybody may have (/proc/sys/fs/pipe-max-size). */
const PIPE_SIZE = 256 * 1024;
/** The header takes a page of the pipe, and so does the start of a range that does not lie on one. */
const PIPE_SPARE = 2 * PAGE;

const { EAGAIN, EINTR, ENODEV, ENOENT } = constants.errno;

/** Null where koffi is missing. */
export function loadFuseDevice(device: number): DeviceCalls | null {
  if (process.env['PITVAULT_NATIVE'] === 'off') return null;
  const koffi = loadKoffi();
  return typeof koffi === 'string' ? null : new FuseDevice(koffi, device);
}

type Pipe = { readonly read: number; readonly write: number; readonly size: number };

class FuseDevice implements DeviceCalls {
  readonly #koffi: Koffi;
  readonly #fd: number;
  readonly #fcntl: CFunction;
  readonly #read: CFunction;
  readonly #pread: CFunction;
  readonly #write: CFunction;
  readonly #poll: CFunction;
  readonly #yield: CFunction;
  readonly #pipe2: CFunction;
  readonly #splice: CFunction;
  readonly #polled = new Uint8Array(POLLFD.SIZE);
  readonly #position = new Uint8Array(8);
  readonly #positionView = viewOf(this.#position);
  #pipe: Pipe | null;
  #message: Uint8Array | undefined;
  #content: Uint8Array = new Uint8Array(0);

  constructor(koffi: Koffi, device: number) {
    this.#koffi = koffi;
    this.#fd = device;
    const library = koffi.load(null);
    this.#fcntl = library.func('fcntl', 'int', ['int', 'int', 'int']);
    this.#read = library.func('read', 'int64_t', ['int', 'void *', 'size_t']);
    this.#pread = library.func('pread', 'int64_t', ['int', 'void *', 'size_t', 'int64_t']);
    this.#write = library.func('write', 'int64_t', ['int', 'void *', 'size_t']);
    this.#poll = library.func('poll', 'int', ['void *', 'unsigned long', 'int']);
    this.#yield = library.func('sched_yield', 'int', []);
    this.#pipe2 = library.func('pipe2', 'int', ['void *', 'int']);
    this.#splice = library.func('splice', 'int64_t', ['int', 'void *', 'int', 'void *', 'size_t', 'unsigned int']);
    const polled = viewOf(this.#polled);
    polled.setInt32(POLLFD.fd, device, true);
    polled.setInt16(POLLFD.events, POLLIN, true);
    this.#pipe = this.#openPipe();
  }

  neverWait(): void {
    const flags = this.#fcntl(this.#fd, F_GETFL, 0);
    if (flags < 0 || this.#fcntl(this.#fd, F_SETFL, flags | files.O_NONBLOCK) < 0) throw this.#failed('fcntl');
  }

  take(target: Uint8Array): number {
    const length = this.#read(this.#fd, target, target.length);
    if (length >= 0) return length;
    const errno = this.#koffi.errno();
    if (errno === ENODEV) return 0; // unmounted
    if (errno === EAGAIN || errno === EINTR || errno === ENOENT) return NOTHING; // ENOENT: taken back meanwhile
    throw this.#failed('read', errno);
  }

  sleep(): void {
    // Also where asking fails: whoever reads then is told why.
    this.#poll(this.#polled, 1, FOREVER);
  }

  giveWay(): void {
    this.#yield();
  }

  answerFrom(message: Uint8Array, fd: number, offset: number, length: number): boolean {
    return length < SPLICE_MIN
      ? this.#copy(message, fd, offset, length)
      : this.#spliceFrom(message, fd, offset, length);
  }

  #copy(message: Uint8Array, fd: number, offset: number, length: number): boolean {
    if (message !== this.#message) [this.#message, this.#content] = [message, message.subarray(OUT.SIZE)];
    if (this.#pread(fd, this.#content, length, offset) !== length) return false;
    const size = OUT.SIZE + length;
    const sent = this.#write(this.#fd, message, size);
    return sent === size || (sent < 0 && this.#isGone());
  }

  #spliceFrom(message: Uint8Array, fd: number, offset: number, length: number): boolean {
    const pipe = this.#pipe;
    if (pipe === null || length > pipe.size - PIPE_SPARE) return false;
    if (!this.#fill(pipe, message, fd, offset, length)) {
      // A bad sector, an end that came too early, a file system that cannot: reading tells which, now and from here on.
      this.#closePipe();
      return false;
    }
    const size = OUT.SIZE + length;
    const sent = this.#splice(pipe.read, null, this.#fd, null, size, 0);
    if (sent === size) return true;
    const isGone = sent < 0 && this.#isGone();
    this.#closePipe();
    this.#pipe = this.#openPipe();
    return isGone;
  }

  /** Whoever asked is gone, or all are: nobody waits for an answer. */
  #isGone(): boolean {
    const errno = this.#koffi.errno();
    return errno === ENOENT || errno === ENODEV;
  }

  #fill(pipe: Pipe, message: Uint8Array, fd: number, offset: number, length: number): boolean {
    if (this.#write(pipe.write, message, OUT.SIZE) !== OUT.SIZE) return false;
    setU64(this.#positionView, 0, offset); // the call moves it on
    for (let left = length; left > 0; ) {
      const count = this.#splice(fd, this.#position, pipe.write, null, left, SPLICE_F_NONBLOCK);
      if (count <= 0) return false;
      left -= count;
    }
    return true;
  }

  /** Null where the user has as many pipes as the system allows. */
  #openPipe(): Pipe | null {
    const ends = new Int32Array(2);
    if (this.#pipe2(new Uint8Array(ends.buffer), O_CLOEXEC) !== 0) return null;
    const [read, write] = ends as unknown as [number, number];
    this.#fcntl(write, F_SETPIPE_SZ, PIPE_SIZE); // refused beyond a user's share: what it holds is asked
    return { read, write, size: this.#fcntl(write, F_GETPIPE_SZ, 0) };
  }

  #closePipe(): void {
    if (this.#pipe === null) return;
    closeSync(this.#pipe.read);
    closeSync(this.#pipe.write);
    this.#pipe = null;
  }

  close(): void {
    this.#closePipe();
  }

  #failed(call: string, errno = this.#koffi.errno()): Error {
    return systemError(call, errnoName(errno), { fd: this.#fd, path: '/dev/fuse' });
  }
}

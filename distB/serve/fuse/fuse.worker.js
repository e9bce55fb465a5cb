/** Entry of a thread that answers the kernel, without what only native-shims can do (the command's is cli/boot-fuse-worker.ts). */
import { parentPort } from 'node:worker_threads';
import { answerKernel } from "./answer-kernel.js";
answerKernel(parentPort, () => null);

/**
 * The door to koffi, which calls C functions without a compiler. It is an optional dependency: where it is missing, or
 * has no binary for the platform, that is a normal state with a reason. Only the few calls used here are declared.
 */
import { createRequire } from 'node:module';
/** koffi, or the sentence that says why not. */
export function loadKoffi() {
    try {
        return createRequire(import.meta.url)('koffi');
    }
    catch (error) {
        const { code, message } = error;
        return code === 'MODULE_NOT_FOUND'
            ? 'the optional package koffi is not installed'
            : `the optional package koffi does not load here: ${message.split('\n')[0]}`;
    }
}

/**
 * The picture of a diff as an SVG that stands alone: the disk row by row, what is stored, what changed where; beside it
 * what was found, how it was proven, and which files changed most. It has its own ground, so it can be read anywhere,
 * and follows the reader's dark or light.
 */
import { type Picture } from './picture.ts';
export declare function drawPicture(picture: Picture): string;

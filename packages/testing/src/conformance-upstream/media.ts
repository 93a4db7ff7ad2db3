/** The smallest media that are what they say they are, base64. */

/** One pixel. */
export const PIXEL_PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mOQyzsBAAICAVWYLK3EAAAAAElFTkSuQmCC';

/** Four samples of silence: PCM, mono, 8 bits, 8 kHz. */
export const SILENCE_WAV = 'UklGRigAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQQAAACAgICA';

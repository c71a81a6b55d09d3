/** @file Runs beside the page's script, on the audio thread: hands over what the microphone hears, block by block. */

const BLOCK = 2048; // samples sent at once: the meter moves about twenty times a second

class Recorder extends AudioWorkletProcessor {
  constructor() {
    super();
    this.block = new Float32Array(BLOCK);
    this.filled = 0;
  }

  /** @param {Float32Array[][]} inputs each of channels */
  process([channels]) {
    const heard = channels[0];
    for (let i = 0; heard && i < heard.length; i += 1) {
      this.block[this.filled] = heard[i];
      this.filled += 1;
      if (this.filled === BLOCK) {
        this.port.postMessage(this.block);
        this.block = new Float32Array(BLOCK);
        this.filled = 0;
      }
    }
    return true;
  }
}

registerProcessor("playground-recorder", Recorder);

/** What the audio thread offers to recorder-worklet.js; the types of the page's own thread leave it out. */

declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;

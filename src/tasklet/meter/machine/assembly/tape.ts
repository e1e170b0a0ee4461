// What in a module's bodies the control flow depends on, written down while they are validated so that none is decoded twice.
// Each event is an instruction that is not merely paid for, with what is paid for since the event before.
import { bytes } from './module';
import { reserve } from './memory';

/** Of an event: cost and act in one number, where its instruction begins, where it ends, its operand. */
const EVENT_BYTES: usize = 16;
const ACT_BITS: i32 = 5;

/** By body: where its events begin. They end where those of the next body begin. */
let starts: usize = 0;
let written: usize = 0;

/** The event that {@link nextEvent} came to. Its operand is the block type, or else the first index, in it. */
export let act: i32 = 0;
export let cost: i32 = 0;
export let eventAt: i32 = 0;
export let eventEnd: i32 = 0;
export let operand: i32 = 0;
let place: usize = 0;
let stop: usize = 0;

/** Every event is an instruction of a byte at least, so the memory is never more than was asked for; what is not used costs nothing. */
export function reserveTape(bodyCount: i32, codeBytes: i32): void {
  starts = reserve((<usize>bodyCount + 1) << 2);
  written = reserve((<usize>codeBytes + 1) * EVENT_BYTES);
}

/** What is added from now on are events of the body `index`; bodies come in their order. */
export function beginEvents(index: i32): void {
  store<u32>(starts + ((<usize>index) << 2), <u32>written);
}

export function addEvent(act_: i32, cost_: i32, from: usize, to: usize, operand_: i32): void {
  // A body has less than 2^23 bytes, so the cost leaves room for the act.
  store<i32>(written, (cost_ << ACT_BITS) | act_);
  store<i32>(written, <i32>(from - bytes), 4);
  store<i32>(written, <i32>(to - bytes), 8);
  store<i32>(written, operand_, 12);
  written += EVENT_BYTES;
}

/** Goes to before the first event of the body `index`; {@link beginEvents} was called for the body after it. */
export function seekEvents(index: i32): void {
  place = load<u32>(starts + ((<usize>index) << 2));
  stop = load<u32>(starts + ((<usize>index) << 2), 4);
}

/** Comes to the next event, if the body has one. */
export function nextEvent(): bool {
  if (place == stop) return false;
  const first = load<i32>(place);
  act = first & ((1 << ACT_BITS) - 1);
  cost = first >>> ACT_BITS;
  eventAt = load<i32>(place, 4);
  eventEnd = load<i32>(place, 8);
  operand = load<i32>(place, 12);
  place += EVENT_BYTES;
  return true;
}

/** Events of the body `index`. */
export function eventCount(index: i32): i32 {
  const start = starts + ((<usize>index) << 2);
  return <i32>((load<u32>(start, 4) - load<u32>(start)) / <u32>EVENT_BYTES);
}

import { BASES, CAPACITY, CODES, KEY_BYTES_MAX, WORD_BYTES_MAX } from './script.ts';

/** The script as an author of a tasklet writes it, in AssemblyScript: one line of output for each step. */
export const GUEST_SOURCE = `
import {
  ByteReader, FabricBarrier, FabricHashMap, FabricMem, FabricMutex, FabricOnce, FabricQueue, FabricVec, FabricWatch,
  fromUtf8, Hold, Output, utf8, VarFabricVec,
} from 'grafos-std';

function yes(done: bool): string { return done ? 'yes' : 'no'; }

export function script(input: Uint8Array): Output {
  const mem = FabricMem.at(0);
  if (mem === null) return Output.fail(1, 'no lease');
  const numbers = FabricVec.create<f64>(mem, ${BASES.numbers}, ${CAPACITY.numbers});
  const words = FabricVec.create<string>(mem, ${BASES.words}, ${CAPACITY.words}, ${WORD_BYTES_MAX});
  const lines = VarFabricVec.create<string>(mem, ${BASES.lines}, ${CAPACITY.lines}, ${CAPACITY.lineBytes});
  const counts = FabricHashMap.create<string, u64>(mem, ${BASES.counts}, ${CAPACITY.counts}, ${KEY_BYTES_MAX});
  const jobs = FabricQueue.create<u32>(mem, ${BASES.jobs}, ${CAPACITY.jobs});
  const mutex = FabricMutex.create(mem, ${BASES.mutex}, 7);
  const once = FabricOnce.create<string>(mem, ${BASES.once}, ${WORD_BYTES_MAX});
  const watch = FabricWatch.create<u32>(mem, ${BASES.watch});
  const barrier = FabricBarrier.create(mem, 1, ${BASES.barrier});
  if (numbers === null || words === null || lines === null || counts === null || jobs === null) return Output.fail(2, 'no');
  if (mutex === null || once === null || watch === null || barrier === null) return Output.fail(3, 'no');
  if (FabricVec.open<f64>(mem, ${BASES.words}) !== null) return Output.fail(4, 'opened another');
  const reader = new ByteReader(input);
  const answers: string[] = [];
  for (let at: u32 = 0; at < reader.length; ) {
    const code = reader.u8(at);
    const number = reader.u8(at + 1);
    const length = reader.u8(at + 2);
    const text = fromUtf8(input.subarray(at + 3, at + 3 + length));
    at += 3 + length;
    let answer = 'unknown';
    if (code === ${CODES.numberPush}) answer = yes(numbers.push(<f64>number / 2));
    else if (code === ${CODES.numberPop}) { const v = numbers.pop(); answer = numbers.found ? (<i64>(v * 2)).toString() : 'none'; }
    else if (code === ${CODES.numberGet}) { const v = numbers.get(number); answer = numbers.found ? (<i64>(v * 2)).toString() : 'none'; }
    else if (code === ${CODES.numberSet}) answer = yes(numbers.set(number, text.length));
    else if (code === ${CODES.numberResize}) answer = yes(numbers.resize(number));
    else if (code === ${CODES.wordPush}) answer = yes(words.push(text));
    else if (code === ${CODES.wordPop}) { const v = words.pop(); answer = words.found ? v : 'none'; }
    else if (code === ${CODES.wordGet}) { const v = words.get(number); answer = words.found ? v : 'none'; }
    else if (code === ${CODES.wordSet}) answer = yes(words.set(number, text));
    else if (code === ${CODES.linePush}) answer = yes(lines.push(text));
    else if (code === ${CODES.linePop}) { const v = lines.pop(); answer = lines.found ? v : 'none'; }
    else if (code === ${CODES.lineGet}) { const v = lines.get(number); answer = lines.found ? v : 'none'; }
    else if (code === ${CODES.lineSet}) answer = yes(lines.set(number, text));
    else if (code === ${CODES.countInsert}) answer = yes(counts.insert(text, number));
    else if (code === ${CODES.countGet}) { const v = counts.get(text); answer = counts.found ? v.toString() : 'none'; }
    else if (code === ${CODES.countRemove}) answer = yes(counts.remove(text));
    else if (code === ${CODES.countAdd}) { const v = counts.add(text, number); answer = counts.found ? v.toString() : 'no'; }
    else if (code === ${CODES.countAll}) {
      answer = '';
      let isLast = false;
      for (let from: u64 = 0; !isLast; ) {
        const part = counts.part(from);
        if (part === null) return Output.fail(5, 'no part');
        for (let i = 0; i < part.keys.length; i++) {
          answer += (answer.length > 0 ? ';' : '') + part.keys[i] + '=' + part.values[i].toString();
        }
        from = part.next;
        isLast = part.isLast;
      }
    }
    else if (code === ${CODES.jobPush}) answer = yes(jobs.push(number));
    else if (code === ${CODES.jobPop}) { const v = jobs.pop(); answer = jobs.found ? v.toString() : 'none'; }
    else if (code === ${CODES.jobPeek}) { const v = jobs.peek(); answer = jobs.found ? v.toString() : 'none'; }
    else if (code === ${CODES.lock}) { mutex.tryLock(number + 1); answer = mutex.fence.toString(); }
    else if (code === ${CODES.guardedWrite}) answer = yes(mutex.write(${BASES.barrier + 16}, utf8(text.substring(0, 8))));
    else if (code === ${CODES.unlock}) answer = yes(mutex.unlock());
    else if (code === ${CODES.once}) {
      if (once.begin(1) === Hold.DONE) answer = once.value;
      else answer = once.complete(text) ? text : once.fail() ? 'no' : 'lost';
    }
    else if (code === ${CODES.watchSet}) { watch.set(number); answer = watch.version.toString(); }
    else if (code === ${CODES.watchGet}) { const v = watch.get(); answer = watch.version === 0 ? 'none' : v.toString(); }
    else if (code === ${CODES.arrive}) answer = yes(barrier.arriveAndWait());
    answers.push(answer);
  }
  return Output.text(answers.join('\\n'));
}
`;

// A timer that greets with its argument, and answers each request with the bytes that the request's first argument
// holds, in hexadecimal digits.
process.stdout.write(process.argv[2] ?? '');
let received = Buffer.alloc(0);
process.stdin.on('data', (chunk) => {
  received = Buffer.concat([received, chunk]);
  for (;;) {
    const lineEnd = received.indexOf('\n');
    if (lineEnd < 0) return;
    const end = lineEnd + 1 + Number(received.toString('latin1', 0, lineEnd).split(' ')[4]);
    if (received.length < end) return;
    const answer = received.toString('latin1', lineEnd + 1, end).split('\0')[4] ?? '';
    process.stdout.write(Buffer.concat([Buffer.from(answer, 'hex'), Buffer.from('\n')]));
    received = received.subarray(end);
  }
});

/* Does a fixed amount of work on the processor, and nothing else: WORK is set when it is compiled. */
int main(void) {
  volatile unsigned long sum = 0;
  for (unsigned long i = 0; i < WORK; i++) sum += i;
  return 0;
}

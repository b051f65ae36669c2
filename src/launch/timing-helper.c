/*
 * Timing helper: spawns and times one child after another for launchbench.
 *
 * It stands between us and the child for two reasons. Node forks, so what a launch costs would grow with our
 * own memory; this process stays small. And only wait4(2) of one child tells that child's CPU time and
 * resident set; Node does not offer it.
 *
 * Conversation, over standard input and output (the other end is instrument-protocol.ts):
 *   helper:  "launchbench-timer 2 helper PID\n"
 *   client:  "spawn TIMEOUT_MS ARGC ENVC BYTES\n", then BYTES bytes: NUL-terminated strings: working directory,
 *            files for standard input, output and error (empty: /dev/null), ARGC arguments, ENVC variables
 *       or:  "converse …" with the same, and then, as long as the child runs, any number of "input BYTES\n" with
 *            BYTES bytes for its standard input, and "end\n", which closes it; the file for it is not opened
 *   helper:  "ended START_NS END_NS PID exited|signalled|timed-out NUMBER
 *             USER_US SYSTEM_US MAXRSS_KIB MINFLT MAJFLT NVCSW NIVCSW\n"
 *       or:  "failed STAGE ERRNO\n", STAGE being cwd, stdin, stdout, stderr or exec
 * End of input, or SIGTERM, SIGINT or SIGHUP, ends the child that runs, with its process group, and the helper.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* More than the kernel allows for arguments and environment together is a mistake, not a request. */
enum { MAX_STRINGS = 1 << 20, MAX_BYTES = 64 << 20 };

struct request {
  int converses;
  int64_t timeout_ms;
  const char *cwd, *files[3];
  char **argv, **envp;
};

static const char *const FILE_STAGES[3] = {"stdin", "stdout", "stderr"};
static int signals;   /* signalfd: SIGCHLD, and the signals that end us */
static pid_t running; /* the child, 0: none */

/* What is on its way to the standard input of the child that we converse with; pipe -1: there is none, or it is closed. */
static struct {
  int pipe;
  char *bytes;
  size_t length, sent;
} input = {.pipe = -1};

static int64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int64_t microseconds(struct timeval t) { return (int64_t)t.tv_sec * 1000000 + t.tv_usec; }

_Noreturn static void bad_request(const char *why) {
  fprintf(stderr, "timing-helper: bad request: %s\n", why);
  exit(2);
}

/* Ends a child, if there is one, with everything in its process group. */
static void end_group(pid_t child) {
  if (child > 0) kill(-child, SIGKILL);
}

_Noreturn static void leave(void) {
  end_group(running);
  if (running > 0) waitpid(running, NULL, 0);
  exit(0);
}

/* Takes a pending signal, if it has not been taken since we were told of it; leaves when it is one that ends us. */
static void take_signal(void) {
  struct signalfd_siginfo info;
  if (read(signals, &info, sizeof info) == sizeof info && info.ssi_signo != SIGCHLD) leave();
}

/* Reads exactly `size` bytes of standard input; its end ends us. */
static void read_fully(char *into, size_t size) {
  while (size > 0) {
    struct pollfd wait[2] = {{.fd = 0, .events = POLLIN}, {.fd = signals, .events = POLLIN}};
    if (poll(wait, 2, -1) < 0) continue;
    if (wait[1].revents) take_signal();
    if (!wait[0].revents) continue;
    ssize_t got = read(0, into, size);
    if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN)) leave();
    if (got > 0) {
      into += got;
      size -= (size_t)got;
    }
  }
}

/* The next NUL-terminated string of the payload; `*at` moves behind it. */
static char *next_string(char **at, const char *end) {
  char *string = *at, *nul = memchr(string, 0, (size_t)(end - string));
  if (!nul) bad_request("fewer strings than announced");
  *at = nul + 1;
  return string;
}

/* Reads a line; the bytes behind it must stay unread, so byte by byte. */
static void read_line(char *line, size_t size) {
  size_t length = 0;
  do {
    if (length == size - 1) bad_request("line too long");
    read_fully(line + length, 1);
  } while (line[length++] != '\n');
  line[length] = 0;
}

static void close_input(void) {
  if (input.pipe >= 0) close(input.pipe);
  input.pipe = -1;
  input.length = input.sent = 0;
}

/* Reads what is to be passed on to the child, or that its input ends. */
static void read_input(const char *line) {
  long long bytes = -1;
  if (strcmp(line, "end\n") == 0) {
    close_input();
    return;
  }
  if (sscanf(line, "input %lld", &bytes) != 1 || bytes < 0 || bytes > MAX_BYTES) bad_request("line not understood");
  input.bytes = realloc(input.bytes, (size_t)bytes + 1);
  if (!input.bytes) bad_request("out of memory");
  read_fully(input.bytes, (size_t)bytes);
  input.length = input.pipe >= 0 ? (size_t)bytes : 0; /* a child that has ended reads no more */
  input.sent = 0;
}

/* Passes on as much as the child takes. */
static void send_input(void) {
  ssize_t sent = write(input.pipe, input.bytes + input.sent, input.length - input.sent);
  if (sent > 0) input.sent += (size_t)sent;
  if (sent < 0 && errno != EAGAIN && errno != EINTR) close_input();
}

/* Reads a request. Its strings live in memory that the next request uses again. */
static struct request read_request(void) {
  static char *payload, **strings;
  char line[128], verb[9] = "";
  long long timeout_ms, argc, envc, bytes;

  for (;;) {
    read_line(line, sizeof line);
    if (strncmp(line, "input ", 6) != 0 && strcmp(line, "end\n") != 0) break;
    read_input(line); /* it crossed with the end of the child */
  }
  if (sscanf(line, "%8s %lld %lld %lld %lld", verb, &timeout_ms, &argc, &envc, &bytes) != 5 ||
      (strcmp(verb, "spawn") != 0 && strcmp(verb, "converse") != 0) || timeout_ms < 0 || argc < 1 || envc < 0 ||
      bytes < 0 || argc > MAX_STRINGS || envc > MAX_STRINGS || bytes > MAX_BYTES)
    bad_request("first line not understood");

  payload = realloc(payload, (size_t)bytes + 1);
  strings = realloc(strings, (size_t)(argc + envc + 2) * sizeof *strings);
  if (!payload || !strings) bad_request("out of memory");
  read_fully(payload, (size_t)bytes);

  struct request request = {.converses = verb[0] == 'c', .timeout_ms = timeout_ms, .argv = strings, .envp = strings + argc + 1};
  char *at = payload, *end = payload + bytes;
  request.cwd = next_string(&at, end);
  for (int i = 0; i < 3; i++) request.files[i] = next_string(&at, end);
  for (long long i = 0; i < argc; i++) request.argv[i] = next_string(&at, end);
  for (long long i = 0; i < envc; i++) request.envp[i] = next_string(&at, end);
  request.argv[argc] = request.envp[envc] = NULL;
  if (at != end) bad_request("more bytes than announced strings");
  return request;
}

static void answer_failed(const char *stage, int error) { printf("failed %s %d\n", stage, error); }

/* Starts the child in a process group of its own; 0 when it could not be started, which is then answered. */
static pid_t start(const struct request *request, int64_t *start_ns) {
  int files[3] = {-1, -1, -1}, cwd = -1, error = 0;
  const char *stage = NULL;
  pid_t child = 0;
  sigset_t none, defaults;
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;

  cwd = open(request->cwd, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (cwd < 0) error = errno, stage = "cwd";
  if (request->converses && !stage) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
      error = errno, stage = "stdin";
    } else {
      files[0] = ends[0];
      input.pipe = ends[1];
      input.length = input.sent = 0;
      fcntl(input.pipe, F_SETFL, O_NONBLOCK);
    }
  }
  for (int i = request->converses ? 1 : 0; i < 3 && !stage; i++) {
    const char *name = request->files[i][0] ? request->files[i] : "/dev/null";
    files[i] = open(name, (i == 0 ? O_RDONLY : O_WRONLY | O_CREAT | O_APPEND) | O_CLOEXEC, 0666);
    if (files[i] < 0) error = errno, stage = FILE_STAGES[i];
  }

  if (!stage) {
    sigemptyset(&none);
    sigfillset(&defaults);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawn_file_actions_init(&actions);
    for (int i = 0; i < 3; i++) posix_spawn_file_actions_adddup2(&actions, files[i], i);
    posix_spawn_file_actions_addfchdir_np(&actions, cwd);
    *start_ns = now_ns();
    error = posix_spawn(&child, request->argv[0], &actions, &attributes, request->argv, request->envp);
    if (error) child = 0, stage = "exec";
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }

  for (int i = 0; i < 3; i++)
    if (files[i] >= 0) close(files[i]);
  if (cwd >= 0) close(cwd);
  if (stage) {
    close_input();
    answer_failed(stage, error);
  }
  return child;
}

/* Waits for the child, at most `timeout_ms`; says whether it had to be ended. */
static int finish(pid_t child, int64_t start_ns, int64_t timeout_ms, int *status, struct rusage *usage) {
  int timed_out = 0;
  while (wait4(child, status, WNOHANG, usage) == 0) {
    int64_t left_ms = timeout_ms - (now_ns() - start_ns) / 1000000;
    if (left_ms <= 0 && !timed_out) {
      timed_out = 1;
      end_group(child);
    }
    /* Nothing is read before what was read is passed on. A hang-up is always told. */
    int is_pending = input.sent < input.length, is_open = input.pipe >= 0;
    struct pollfd wait[3] = {{.fd = 0, .events = POLLRDHUP | (is_open && !is_pending ? POLLIN : 0)},
                             {.fd = signals, .events = POLLIN},
                             {.fd = is_pending ? input.pipe : -1, .events = POLLOUT}};
    int wait_ms = timed_out ? -1 : left_ms > 1000000 ? 1000000 : (int)left_ms;
    if (poll(wait, 3, wait_ms) <= 0) continue;
    if (wait[2].revents) send_input();
    if (wait[0].revents & POLLIN) {
      char line[128];
      read_line(line, sizeof line);
      read_input(line);
    } else if (wait[0].revents) {
      leave();
    }
    if (wait[1].revents) take_signal();
  }
  return timed_out && WIFSIGNALED(*status); /* it may have come to its own end at the last moment */
}

static void serve(const struct request *request) {
  int64_t start_ns = 0;
  int status = 0;
  struct rusage usage;
  pid_t child = running = start(request, &start_ns);
  if (!child) return;
  int timed_out = finish(child, start_ns, request->timeout_ms, &status, &usage);
  int64_t end_ns = now_ns();
  running = 0;
  close_input();
  printf("ended %lld %lld %d %s %d %lld %lld %ld %ld %ld %ld %ld\n", (long long)start_ns, (long long)end_ns,
         (int)child, timed_out ? "timed-out" : WIFSIGNALED(status) ? "signalled" : "exited",
         WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status), (long long)microseconds(usage.ru_utime),
         (long long)microseconds(usage.ru_stime), usage.ru_maxrss, usage.ru_minflt, usage.ru_majflt,
         usage.ru_nvcsw, usage.ru_nivcsw);
}

int main(void) {
  sigset_t taken;
  sigemptyset(&taken);
  sigaddset(&taken, SIGCHLD);
  sigaddset(&taken, SIGTERM);
  sigaddset(&taken, SIGINT);
  sigaddset(&taken, SIGHUP);
  sigprocmask(SIG_BLOCK, &taken, NULL);
  signal(SIGPIPE, SIG_IGN);
  signals = signalfd(-1, &taken, SFD_CLOEXEC | SFD_NONBLOCK);
  if (signals < 0) {
    perror("timing-helper: signalfd");
    return 1;
  }
  setvbuf(stdout, NULL, _IOFBF, 1 << 12);
  printf("launchbench-timer 2 helper %d\n", (int)getpid());
  for (;;) {
    if (fflush(stdout) != 0) return 1;
    struct request request = read_request();
    serve(&request);
  }
}

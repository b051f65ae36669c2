/*
 * Launch tracer: runs a command and writes down which processes and threads come to be below it, what they execute and
 * how they end.
 *
 *   launch-tracer [-e] LOG -- COMMAND ARGUMENT…
 *
 * strace tells the same, and stops everything more often: at entry and end of every call that is asked for, and between
 * posix_spawn(3) and its exec at every call, some 250 times. Here a launch is stopped five times: creator, new process,
 * before and after its exec, and when its creator is told of its end. A filter (seccomp(2)) finds the execs, so no other
 * call is stopped; a process can still set filters of its own.
 *
 * LOG begins with "launch-tracer 1\n". The other half is launch-log.ts. A line an event, in the order in which they
 * happen to a task; but what a new task does may stand before the line of its creator:
 *   "created CREATOR TASK process|thread\n"
 *   "asked TASK TIME_US whole|cut ARGC ENVC BYTES\n": TASK is about to execute a program. BYTES bytes of NUL-terminated
 *       strings follow: path, interpreter (of a script: what stands behind "#!"), ARGC arguments, ENVC variables (none
 *       without -e); where arguments name entries of /proc/self or /dev/fd, pairs of such an entry ("fd/9") and what it
 *       leads to here. Its exec has failed when something else happens to the task before "executed"
 *   "executed TASK CALLER BYTES\n", followed by its working directory. CALLER is the thread that asked; it has the
 *       number of its process from here on
 *   "ended TASK TIME_US exited|signalled NUMBER\n"
 *   "refused ERRNO\n": the command could not be executed
 *   "over\n": everything has ended
 *
 * What the command started is waited for. When the tracer dies, the kernel ends all that it traces (PTRACE_O_EXITKILL).
 * It ends as the command did.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/openat2.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* More than the kernel takes for the arguments of one exec (execve(2): 6 MiB) is not kept. */
enum { MOST_BYTES = 8 << 20, PAGE = 4096 };

/* How long the reader of the log waits for what has happened. Each write wakes it, which costs more than the tracing. */
static const int64_t LATENCY_NS = 20 * 1000 * 1000;

/* What is special about a call that executes a program; the filter hands it on. */
enum { AT = 1, NARROW = 2 };

static const struct call {
  uint32_t architecture, number, traits;
} CALLS[] = {
#if defined __x86_64__
    {AUDIT_ARCH_X86_64, 59, 0},
    {AUDIT_ARCH_X86_64, 322, AT},
    {AUDIT_ARCH_X86_64, 0x40000000 + 520, NARROW}, /* x32 */
    {AUDIT_ARCH_X86_64, 0x40000000 + 545, NARROW | AT},
    {AUDIT_ARCH_I386, 11, NARROW},
    {AUDIT_ARCH_I386, 358, NARROW | AT},
#elif defined __aarch64__
    {AUDIT_ARCH_AARCH64, 221, 0},
    {AUDIT_ARCH_AARCH64, 281, AT},
    {AUDIT_ARCH_ARM, 11, NARROW},
    {AUDIT_ARCH_ARM, 387, NARROW | AT},
#elif defined __i386__
    {AUDIT_ARCH_I386, 11, NARROW},
    {AUDIT_ARCH_I386, 358, NARROW | AT},
#elif defined __riscv && __riscv_xlen == 64
    {AUDIT_ARCH_RISCV64, 221, 0},
    {AUDIT_ARCH_RISCV64, 281, AT},
#else
#error "the calls that execute a program on this architecture are not known: strace is used"
#endif
};

static FILE *trace;
static int notes_environments;

/* NUL-terminated strings on their way into the log. */
static struct {
  char bytes[MOST_BYTES + 1]; /* and the end of a string that does not fit */
  size_t length;
  int is_cut;
} payload;

/* The page of a task's memory that was read last; most arguments lie side by side. */
static struct {
  uint64_t address;
  size_t length;
  char bytes[PAGE];
} page;

_Noreturn static void fail(const char *what) {
  fprintf(stderr, "launch-tracer: %s: %s\n", what, strerror(errno));
  exit(1);
}

static int64_t now_ns(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static long long now_us(void) { return now_ns(CLOCK_REALTIME) / 1000; }

/* ---- The command, before it is executed ---- */

/* Makes every exec from here on stop for the tracer. */
static int set_filter(void) {
  enum { CALL_COUNT = sizeof CALLS / sizeof *CALLS, LENGTH = 5 };
  struct sock_filter filter[CALL_COUNT * LENGTH + 1];
  for (size_t i = 0; i < CALL_COUNT; i++) {
    const struct sock_filter one[LENGTH] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, CALLS[i].architecture, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, CALLS[i].number, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE | CALLS[i].traits),
    };
    memcpy(filter + i * LENGTH, one, sizeof one);
  }
  filter[CALL_COUNT * LENGTH] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
  /* Without this flag some kernels slow down whatever has a filter; nothing here guards a secret. */
  const unsigned flags = SECCOMP_FILTER_FLAG_SPEC_ALLOW;
  if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program) == 0) return 0;
  /* Only where we may not do it otherwise. A setuid program gains nothing under such a tracer anyway: ptrace(2). */
  if (errno != EACCES || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
  return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
}

/* As execvp(3), but that no shell is started for a file that is no program. */
static void execute(char **argv) {
  const char *name = argv[0], *folders = getenv("PATH");
  if (strchr(name, '/')) {
    execv(name, argv);
    return;
  }
  if (!folders) folders = "/bin:/usr/bin";
  for (const char *folder = folders;; folder++) {
    const int length = (int)strcspn(folder, ":");
    char path[PATH_MAX];
    const int wanted = snprintf(path, sizeof path, "%.*s%s%s", length, folder, length ? "/" : "", name);
    struct stat facts;
    if (wanted < (int)sizeof path && stat(path, &facts) == 0 && S_ISREG(facts.st_mode) && access(path, X_OK) == 0) {
      execv(path, argv);
      return;
    }
    folder += length;
    if (!*folder) break;
  }
  errno = ENOENT;
}

/* ---- What a task is about to execute ---- */

static void put(const char *bytes, size_t length) {
  if (payload.length + length > MOST_BYTES) {
    payload.is_cut = 1;
    return;
  }
  memcpy(payload.bytes + payload.length, bytes, length);
  payload.length += length;
}

static void put_string(const char *string) { put(string, strlen(string) + 1); }

/* What lies at an address until the end of its page; null: it cannot be read. */
static const char *memory_at(pid_t task, uint64_t address, size_t *length) {
  if (page.length == 0 || address - page.address >= page.length) {
    page.address = address & ~(uint64_t)(PAGE - 1);
    const struct iovec here = {page.bytes, PAGE}, there = {(void *)(uintptr_t)page.address, PAGE};
    const ssize_t got = process_vm_readv(task, &here, 1, &there, 1, 0);
    page.length = got < 0 ? 0 : (size_t)got;
    if (address - page.address >= page.length) return NULL;
  }
  *length = page.length - (size_t)(address - page.address);
  return page.bytes + (address - page.address);
}

static int read_memory(pid_t task, uint64_t address, void *into, size_t size) {
  for (char *at = into; size > 0;) {
    size_t length;
    const char *bytes = memory_at(task, address, &length);
    if (!bytes) return -1;
    if (length > size) length = size;
    memcpy(at, bytes, length);
    at += length;
    address += length;
    size -= length;
  }
  return 0;
}

/* Appends a string of a task's memory, NUL included. */
static void put_string_of(pid_t task, uint64_t address) {
  for (;;) {
    size_t length;
    const char *bytes = memory_at(task, address, &length);
    if (!bytes) payload.is_cut = 1;
    const char *nul = bytes ? memchr(bytes, 0, length) : NULL;
    if (!payload.is_cut) put(bytes, nul ? (size_t)(nul - bytes) + 1 : length);
    if (payload.is_cut) {
      /* Of what cannot be read, or does not fit, the beginning. */
      payload.bytes[payload.length++] = 0;
      return;
    }
    if (nul) return;
    address += length;
  }
}

/* Appends the strings of a list that ends with a null pointer; how many. */
static size_t put_strings_of(pid_t task, uint64_t list, int is_narrow) {
  const size_t size = is_narrow ? 4 : 8;
  /* Pointers first: they and the strings do not share a page, and a page is kept at a time. */
  static uint64_t addresses[1 << 20];
  size_t count = 0;
  for (; list; list += size, count++) {
    uint64_t address = 0;
    uint32_t narrow = 0;
    const int failed = is_narrow ? read_memory(task, list, &narrow, size) : read_memory(task, list, &address, size);
    if (is_narrow) address = narrow;
    if (failed || count == sizeof addresses / sizeof *addresses) payload.is_cut = 1;
    if (payload.is_cut || !address) break;
    addresses[count] = address;
  }
  size_t done = 0;
  for (; done < count && !payload.is_cut; done++) put_string_of(task, addresses[done]);
  return done;
}

/* Reads a link below /proc; empty: there is none. */
static void read_link(const char *link, char into[PATH_MAX]) {
  const ssize_t length = readlink(link, into, PATH_MAX - 1);
  into[length < 0 ? 0 : length] = 0;
}

/* Opens a file as its task sees it, without doing anything to a device or FIFO. */
static int open_of(pid_t task, int folder, const char *path) {
  char place[PATH_MAX + 64];
  if (*path != '/') {
    if (folder == AT_FDCWD) snprintf(place, sizeof place, "/proc/%d/cwd/%s", task, path);
    else snprintf(place, sizeof place, "/proc/%d/fd/%d%s%s", task, folder, *path ? "/" : "", path);
    return open(place, O_PATH | O_CLOEXEC);
  }
  snprintf(place, sizeof place, "/proc/%d/root", task);
  const int root = open(place, O_PATH | O_CLOEXEC);
  if (root < 0) return -1;
  /* Links that it meets are those of its root too. */
  const struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT};
  int file = (int)syscall(SYS_openat2, root, path, &how, sizeof how);
  /* Linux before 5.6: links are ours then, which are the same but for a process that changed its root. */
  if (file < 0 && errno == ENOSYS) file = openat(root, path + strspn(path, "/"), O_PATH | O_CLOEXEC);
  close(root);
  return file;
}

/* Appends what stands behind the "#!" of a script, as the kernel reads it; empty for all other files. */
static void put_interpreter(pid_t task, int folder, const char *path) {
  char line[256] = "";
  const int found = open_of(task, folder, path);
  struct stat facts;
  if (found >= 0 && fstat(found, &facts) == 0 && S_ISREG(facts.st_mode)) {
    char place[64];
    snprintf(place, sizeof place, "/proc/self/fd/%d", found);
    const int file = open(place, O_RDONLY | O_CLOEXEC);
    if (file >= 0 && read(file, line, sizeof line - 1) < 2) *line = 0;
    if (file >= 0) close(file);
  }
  if (found >= 0) close(found);
  if (line[0] != '#' || line[1] != '!') {
    put_string("");
    return;
  }
  char *from = line + 2 + strspn(line + 2, " \t");
  char *end = from + strcspn(from, "\n");
  while (end > from && (end[-1] == ' ' || end[-1] == '\t')) end--;
  *end = 0;
  put_string(from);
}

/* Whether what was put down names something that means another thing in every process: proc(5). */
static int mentions_entries(void) {
  for (const char *const *name = (const char *const[]){"/proc/self/", "/proc/thread-self/", "/dev/fd/", "/dev/std", NULL}; *name; name++) {
    if (memmem(payload.bytes, payload.length, *name, strlen(*name))) return 1;
  }
  return 0;
}

/* Appends what an entry of a task's folder below /proc leads to, if that path leads there from here, too. */
static void put_entry(pid_t task, const char *entry) {
  char link[PATH_MAX], target[PATH_MAX];
  snprintf(link, sizeof link, "/proc/%d/%s", task, entry);
  read_link(link, target);
  struct stat there, here;
  if (*target != '/' || stat(link, &there) != 0 || stat(target, &here) != 0) return;
  if (there.st_dev != here.st_dev || there.st_ino != here.st_ino) return;
  const size_t length = strlen(entry) + 1 + strlen(target) + 1;
  if (payload.length + length > MOST_BYTES) return;
  put_string(entry);
  put_string(target);
}

static void put_entries(pid_t task) {
  put_entry(task, "exe");
  put_entry(task, "root");
  put_entry(task, "cwd");
  char name[sizeof "fd/" + 256];
  snprintf(name, sizeof name, "/proc/%d/fd", task);
  DIR *folder = opendir(name);
  if (!folder) return;
  for (const struct dirent *found; (found = readdir(folder));) {
    if (*found->d_name == '.') continue;
    snprintf(name, sizeof name, "fd/%s", found->d_name);
    put_entry(task, name);
  }
  closedir(folder);
}

static void note_asked(pid_t task) {
  const long long time = now_us();
  struct __ptrace_syscall_info call;
  if (ptrace(PTRACE_GET_SYSCALL_INFO, task, sizeof call, &call) <= 0) {
    /* It was killed; else Linux is older than 5.3, and whoever looks for a tracer takes strace. */
    if (errno == ESRCH) return;
    fail("cannot read system calls");
  }
  if (call.op != PTRACE_SYSCALL_INFO_SECCOMP) return;
  const uint64_t *argument = call.seccomp.args;
  const int is_at = (call.seccomp.ret_data & AT) != 0;
  const int folder = is_at ? (int)argument[0] : AT_FDCWD;
  if (is_at) argument++;
  payload.length = 0;
  payload.is_cut = 0;
  page.length = 0;

  put_string_of(task, argument[0]);
  char path[PATH_MAX] = "";
  if (payload.length <= sizeof path) {
    memcpy(path, payload.bytes, payload.length);
  } else { /* The kernel refuses it. */
    payload.length = 0;
    put_string("");
    payload.is_cut = 1;
  }
  if (is_at && *path != '/' && folder != AT_FDCWD) {
    /* Relative to a folder, or the file behind the descriptor itself. */
    char link[64], base[PATH_MAX];
    snprintf(link, sizeof link, "/proc/%d/fd/%d", task, folder);
    read_link(link, base);
    payload.length = 0;
    put(base, strlen(base));
    if (*path) put("/", 1);
    put_string(path);
  }
  put_interpreter(task, folder, path);
  const int is_narrow = (call.seccomp.ret_data & NARROW) != 0;
  const size_t argument_count = put_strings_of(task, argument[1], is_narrow);
  const int names_entries = mentions_entries();
  const size_t variable_count = notes_environments ? put_strings_of(task, argument[2], is_narrow) : 0;
  if (names_entries) put_entries(task);
  fprintf(trace, "asked %d %lld %s %zu %zu %zu\n", task, time, payload.is_cut ? "cut" : "whole", argument_count,
          variable_count, payload.length);
  fwrite(payload.bytes, 1, payload.length, trace);
}

static void note_executed(pid_t task) {
  unsigned long caller = 0;
  ptrace(PTRACE_GETEVENTMSG, task, 0, &caller);
  char link[64], folder[PATH_MAX];
  snprintf(link, sizeof link, "/proc/%d/cwd", task);
  read_link(link, folder);
  fprintf(trace, "executed %d %lu %zu\n%s", task, caller, strlen(folder), folder);
  /* Whoever passes signals on to the command has to know it before it says that it is ready for them. */
  static int has_begun;
  if (!has_begun) fflush(trace);
  has_begun = 1;
}

static void note_created(pid_t creator) {
  unsigned long task = 0;
  if (ptrace(PTRACE_GETEVENTMSG, creator, 0, &task) != 0 || task == 0) return;
  /* A signal that is none reaches a task under the number of its process alone. */
  const int is_process = syscall(SYS_tgkill, (pid_t)task, (pid_t)task, 0) == 0 || errno == EPERM;
  fprintf(trace, "created %d %lu %s\n", creator, task, is_process ? "process" : "thread");
}

/* ---- Following ---- */

/* Takes in why a task stopped and lets it go on, with the signal that it was to get. */
static void follow(pid_t task, int status) {
  const int signal = WSTOPSIG(status);
  switch (status >> 16) {
  case PTRACE_EVENT_SECCOMP:
    note_asked(task);
    break;
  case PTRACE_EVENT_EXEC:
    note_executed(task);
    break;
  case PTRACE_EVENT_FORK:
  case PTRACE_EVENT_VFORK:
  case PTRACE_EVENT_CLONE:
    note_created(task);
    break;
  case PTRACE_EVENT_STOP:
    /* A new task, or one that goes on; else it was stopped with its process, as by ^Z, and stays so until SIGCONT. */
    if (signal != SIGTRAP) {
      ptrace(PTRACE_LISTEN, task, 0, 0);
      return;
    }
    break;
  case 0:
    ptrace(PTRACE_CONT, task, 0, signal);
    return;
  }
  ptrace(PTRACE_CONT, task, 0, 0);
}

/* Follows until nothing is left; how the command ended. */
static int follow_all(pid_t command, const int *failure) {
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGCHLD);
  int command_status = 0;
  int64_t flushed_ns = now_ns(CLOCK_MONOTONIC);
  for (;;) {
    int status;
    const pid_t task = waitpid(-1, &status, __WALL | WNOHANG);
    if (task < 0) return command_status;
    const int64_t now = now_ns(CLOCK_MONOTONIC);
    if (now - flushed_ns >= LATENCY_NS) {
      if (fflush(trace) != 0) fail("cannot write the log");
      flushed_ns = now;
    }
    if (task == 0) {
      /* What is not written yet is written when it is due. Not every end sends a signal: clone(2), exit signal. */
      const int64_t wait_ns = __fpending(trace) > 0 ? LATENCY_NS - (now - flushed_ns) : 1000000000 - 1;
      const struct timespec wait = {0, wait_ns};
      sigtimedwait(&ends, NULL, &wait);
    } else if (WIFSTOPPED(status)) {
      follow(task, status);
    } else {
      if (task == command) {
        command_status = status;
        if (*failure) fprintf(trace, "refused %d\n", *failure);
      }
      fprintf(trace, "ended %d %lld %s %d\n", task, now_us(), WIFEXITED(status) ? "exited" : "signalled",
              WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
    }
  }
}

_Noreturn static void end_as(int status) {
  if (WIFSIGNALED(status)) {
    /* Without another core file. */
    const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, WTERMSIG(status));
    signal(WTERMSIG(status), SIG_DFL);
    raise(WTERMSIG(status));
    sigprocmask(SIG_UNBLOCK, &one, NULL);
    exit(128 + WTERMSIG(status));
  }
  exit(WEXITSTATUS(status));
}

int main(int argc, char **argv) {
  if (argc == 2 && strcmp(argv[1], "--version") == 0) {
    puts("launch-tracer 1");
    return 0;
  }
  notes_environments = argc > 1 && strcmp(argv[1], "-e") == 0;
  argc -= notes_environments;
  argv += notes_environments;
  if (argc < 4 || strcmp(argv[2], "--") != 0) {
    fputs("usage: launch-tracer [-e] LOG -- COMMAND ARGUMENT…\n", stderr);
    return 2;
  }
  trace = fopen(argv[1], "we");
  if (!trace) fail(argv[1]);
  static char buffer[1 << 16];
  setvbuf(trace, buffer, _IOFBF, sizeof buffer);
  fputs("launch-tracer 1\n", trace);
  fflush(trace);

  /* Signals meant for the command reach it and not us: whoever ends it is to see how it ends. */
  sigset_t before, blocked;
  sigemptyset(&blocked);
  for (const int *s = (const int[]){SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM, SIGCHLD, 0}; *s; s++) sigaddset(&blocked, *s);
  sigprocmask(SIG_BLOCK, &blocked, &before);

  /* Why the command could not be executed; shared with it. */
  int *failure = mmap(NULL, sizeof *failure, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  int gate[2];
  if (failure == MAP_FAILED || pipe2(gate, O_CLOEXEC) != 0) fail("cannot prepare");
  const pid_t command = fork();
  if (command < 0) fail("cannot fork");
  if (command == 0) {
    char go;
    close(gate[1]);
    if (read(gate[0], &go, 1) != 1) _exit(1);
    sigprocmask(SIG_SETMASK, &before, NULL);
    if (set_filter() == 0) execute(argv + 3);
    *failure = errno;
    _exit(127);
  }
  /* An ignored SIGCHLD would take the ends of all tasks away. */
  signal(SIGCHLD, SIG_DFL);
  const long options = PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC |
                       PTRACE_O_TRACESECCOMP | PTRACE_O_EXITKILL;
  if (ptrace(PTRACE_SEIZE, command, 0, options) != 0) fail("may not trace");
  if (write(gate[1], "", 1) != 1) fail("cannot begin");
  close(gate[0]);
  close(gate[1]);

  const int status = follow_all(command, failure);
  fputs("over\n", trace);
  if (fclose(trace) != 0) fail("cannot write the log");
  end_as(status);
}

/* console.c - a small interactive terminal
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <aether.h>

AETHER_GUEST (AETHER_FEATURE_INPUT, AETHER_FEATURE_DISPLAY, 16 << 20, 800, 480);

#define LINE_MAX_  256
#define HISTORY    32

#define CTRL(letter) ((letter) & 0x1f)

struct line
{
  char     text[LINE_MAX_];
  unsigned length;
};

static struct line history[HISTORY];
static unsigned    n_history;   /* ever */

struct command
{
  const char *name;
  const char *help;
  void      (*run) (const char *rest);
};

static const struct command commands[];

static void
run_help (const char *rest)
{
  (void) rest;

  for (const struct command *command = commands; command->name != NULL; command++)
    aeg_printf ("  \033[1;36m%-9s\033[0m %s\n", command->name, command->help);
}

static void
run_colours (const char *rest)
{
  (void) rest;

  for (int i = 0; i < 16; i++)
    aeg_printf ("\033[%d;%dm %2d \033[0m%s", i < 8 ? 40 + i : 92 + i, i < 7 ? 97 : 30, i,
                i % 8 == 7 ? "\n" : "");
  aeg_print ("\033[1mbold\033[0m \033[7mreverse\033[0m \033[31mred\033[0m \033[32mgreen\033[0m "
             "\033[33myellow\033[0m \033[34mblue\033[0m\n");
}

static void
run_time (const char *rest)
{
  uint64_t running = aeg_now () / 1000000;
  int64_t seconds = aeg_wall () / 1000000000 % 86400;

  (void) rest;
  aeg_printf ("It is %02d:%02d:%02d UTC. Running for %lu.%03lu s.\n", (int) (seconds / 3600),
              (int) (seconds / 60 % 60), (int) (seconds % 60), running / 1000, running % 1000);
}

static void
run_memory (const char *rest)
{
  (void) rest;
  aeg_printf ("%lu KiB of memory, %lu KiB behind the program.\n", aeg_boot->ram_size / 1024,
              (aeg_boot->ram_size - aeg_boot->heap_start) / 1024);
}

static void
run_echo (const char *rest)
{
  aeg_printf ("%s\n", rest);
}

static void
run_screen (const char *rest)
{
  unsigned columns, rows;

  (void) rest;
  if (aeg_screen.pixels == NULL)
    {
      aeg_print ("There is no screen, only this console.\n");
      return;
    }

  aeg_console_size (&columns, &rows);
  aeg_printf ("%u x %u pixels, %u x %u characters.\n", aeg_screen.width, aeg_screen.height,
              columns, rows);
}

static void
run_clear (const char *rest)
{
  (void) rest;
  aeg_print ("\033[2J\033[H");
}

static void
run_history (const char *rest)
{
  unsigned first = n_history > HISTORY ? n_history - HISTORY : 0;

  (void) rest;
  for (unsigned i = first; i < n_history; i++)
    aeg_printf ("  %3u  %s\n", i + 1, history[i % HISTORY].text);
}

static void
run_exit (const char *rest)
{
  int status = 0;

  while (*rest >= '0' && *rest <= '9' && status < 100)
    status = status * 10 + *rest++ - '0';
  aeg_print ("Goodbye.\n");
  aeg_exit (status);
}

static const struct command commands[] = {
  { "help", "what can be typed", run_help },
  { "clear", "empty the screen", run_clear },
  { "colours", "show them all", run_colours },
  { "echo", "say it again", run_echo },
  { "history", "what was typed", run_history },
  { "memory", "how much there is", run_memory },
  { "screen", "how large it is", run_screen },
  { "time", "what time it is", run_time },
  { "exit", "end, with a status if you like", run_exit },
  { NULL, NULL, NULL },
};

static void
run_line (const char *text)
{
  size_t length = 0;

  while (text[length] != '\0' && text[length] != ' ')
    length++;

  for (const struct command *command = commands; command->name != NULL; command++)
    if (strlen (command->name) == length && strncmp (command->name, text, length) == 0)
      {
        command->run (text[length] == ' ' ? text + length + 1 : text + length);
        return;
      }

  aeg_printf ("\033[31m%s\033[0m is no command. Type \033[1mhelp\033[0m.\n", text);
}

static void
replace_line (struct line *line, const struct line *with)
{
  for (; line->length > 0; line->length--)
    aeg_print ("\b \b");
  *line = *with;
  aeg_write (line->text, line->length);
}

/* Returns: false when the guest should end */
static bool
read_line (struct line *line)
{
  static const struct line empty;
  unsigned shown = n_history;

  *line = empty;
  for (;;)
    {
      int key = aeg_read_key ();

      if (key == AEG_KEY_QUIT || (key == CTRL ('D') && line->length == 0))
        return false;

      if (key == '\n')
        {
          aeg_print ("\n");
          line->text[line->length] = '\0';
          return true;
        }

      if (key == '\b' && line->length > 0)
        {
          line->length--;
          aeg_print ("\b \b");
        }
      else if (key == CTRL ('U'))
        replace_line (line, &empty);
      else if (key == AEG_KEY_UP && shown > 0 && n_history - shown < HISTORY)
        replace_line (line, &history[--shown % HISTORY]);
      else if (key == AEG_KEY_DOWN && shown < n_history)
        replace_line (line, ++shown < n_history ? &history[shown % HISTORY] : &empty);
      else if (key >= ' ' && key <= '~' && line->length + 1 < LINE_MAX_)
        {
          line->text[line->length++] = (char) key;
          aeg_write (&line->text[line->length - 1], 1);
        }
    }
}

int
main (void)
{
  struct line line;

  aeg_console_open ();
  aeg_print ("\033[1;32mAether\033[0m: a guest of its own. Type \033[1mhelp\033[0m.\n");

  for (;;)
    {
      aeg_print ("\033[1;34m>\033[0m ");
      if (!read_line (&line))
        run_exit ("");
      if (line.length == 0)
        continue;

      history[n_history++ % HISTORY] = line;
      run_line (line.text);
    }
}

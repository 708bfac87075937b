/* test-serial-port.c - our end of a guest's serial port
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-serial-port.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct
{
  AetherSerialPort *serial;
  int               guest;
  GString          *got;
} Fixture;

static void
data_cb (guint port, GBytes *data, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_assert_cmpuint (port, ==, 3);
  g_string_append_len (fixture->got, g_bytes_get_data (data, NULL), g_bytes_get_size (data));
}

static void
setup (Fixture *fixture, gconstpointer data)
{
  int fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
  fixture->serial = aether_serial_port_new (3, fds[0], data_cb, fixture);
  fixture->guest = fds[1];
  fixture->got = g_string_new (NULL);
}

static void
teardown (Fixture *fixture, gconstpointer data)
{
  if (fixture->serial)
    aether_serial_port_free (fixture->serial);
  if (fixture->guest >= 0)
    close (fixture->guest);
  g_string_free (fixture->got, TRUE);
}

static void
test_both_ways (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GBytes) bytes = g_bytes_new_static ("to\0guest", 8);
  char buffer[16];

  g_assert_cmpint (write (fixture->guest, "from\0guest", 10), ==, 10);
  while (fixture->got->len < 10)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpmem (fixture->got->str, fixture->got->len, "from\0guest", 10);

  g_assert_cmpuint (aether_serial_port_write (fixture->serial, bytes), ==, 8);
  while (recv (fixture->guest, buffer, sizeof buffer, MSG_DONTWAIT | MSG_PEEK) < 8)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (read (fixture->guest, buffer, sizeof buffer), ==, 8);
  g_assert_cmpmem (buffer, 8, "to\0guest", 8);
}

/* Never blocks, never grows: what does not fit is dropped, and later there is room again */
static void
test_guest_that_does_not_read (Fixture *fixture, gconstpointer data)
{
  g_autofree char *blank = g_strnfill (100000, 'x');
  g_autoptr(GBytes) bytes = g_bytes_new (blank, 100000);
  gsize taken = 0, received = 0;

  g_assert_cmpuint (aether_serial_port_write (fixture->serial, bytes), ==, AETHER_SERIAL_PORT_MAX);
  g_assert_cmpuint (aether_serial_port_write (fixture->serial, bytes), ==, 0);
  taken = AETHER_SERIAL_PORT_MAX;
  for (guint i = 0; i < 100; i++)
    {
      while (g_main_context_iteration (NULL, FALSE));
      taken += aether_serial_port_write (fixture->serial, bytes);
    }
  g_assert_cmpuint (taken, <, 100 * 100000);

  while (received < taken)
    {
      char buffer[4096];
      gssize n;

      while ((n = recv (fixture->guest, buffer, sizeof buffer, MSG_DONTWAIT)) > 0)
        received += n;
      g_main_context_iteration (NULL, FALSE);
    }
  g_assert_cmpuint (received, ==, taken);
  g_assert_cmpuint (aether_serial_port_write (fixture->serial, bytes), ==, AETHER_SERIAL_PORT_MAX);
}

static void
test_guest_that_is_gone (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GBytes) bytes = g_bytes_new_static ("x", 1);

  g_assert_cmpint (write (fixture->guest, "last words", 10), ==, 10);
  close (fixture->guest);
  fixture->guest = -1;
  aether_serial_port_write (fixture->serial, bytes);
  aether_serial_port_drain (fixture->serial);
  g_assert_cmpstr (fixture->got->str, ==, "last words");
  while (g_main_context_iteration (NULL, FALSE));
  aether_serial_port_write (fixture->serial, bytes);
  while (g_main_context_iteration (NULL, FALSE));
}

static void
test_freed_with_unsent (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GBytes) bytes = g_bytes_new_static ("x", 1);

  aether_serial_port_write (fixture->serial, bytes);
  g_clear_pointer (&fixture->serial, aether_serial_port_free);
  while (g_main_context_iteration (NULL, FALSE));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add ("/serial-port/" path, Fixture, NULL, setup, func, teardown)
  ADD ("both-ways", test_both_ways);
  ADD ("guest-that-does-not-read", test_guest_that_does_not_read);
  ADD ("guest-that-is-gone", test_guest_that_is_gone);
  ADD ("freed-with-unsent", test_freed_with_unsent);

  return g_test_run ();
}

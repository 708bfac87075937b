/* netcat.c - ARP and UDP by hand: sends what is typed, echoes what comes
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Command line: "ADDRESS PORT" says Hello to that peer first, as "10.0.2.2 7000" to a program on
 * the computer itself. Datagrams to port 7 are echoed and shown; "quit" ends.
 */

#include <aether.h>

AETHER_GUEST (AETHER_FEATURE_NET, AETHER_FEATURE_INPUT | AETHER_FEATURE_DISPLAY, 4 << 20, 640, 400);

#define OUR_PORT   7
#define FRAME_MAX  1514
#define UDP_MAX    1472
#define ETHERTYPE_IP  0x0800
#define ETHERTYPE_ARP 0x0806
#define ARP_TRIES  20
#define SECOND     UINT64_C (1000000000)

static const uint8_t our_address[4] = { 10, 0, 2, 15 };
static const uint8_t everyone[6] = { 255, 255, 255, 255, 255, 255 };

static uint8_t  peer_address[4], peer_mac[6];
static uint16_t peer_port;
static bool     peer_known;   /* peer_mac */

static uint16_t
get16 (const uint8_t *at)
{
  return (uint16_t) (at[0] << 8 | at[1]);
}

static void
put16 (uint8_t *at, unsigned value)
{
  at[0] = (uint8_t) (value >> 8);
  at[1] = (uint8_t) value;
}

static void
put_ethernet (uint8_t *frame, const uint8_t *to, unsigned type)
{
  memcpy (frame, to, 6);
  memcpy (frame + 6, aeg_boot->net_mac, 6);
  put16 (frame + 12, type);
}

/* operation: 1 who has @address, 2 we have it, says to @mac */
static void
send_arp (unsigned operation, const uint8_t *mac, const uint8_t *address)
{
  static const uint8_t head[] = { 0, 1, 8, 0, 6, 4 };
  uint8_t frame[42];
  uint8_t *arp = frame + 14;

  put_ethernet (frame, operation == 1 ? everyone : mac, ETHERTYPE_ARP);
  memcpy (arp, head, sizeof head);
  put16 (arp + 6, operation);
  memcpy (arp + 8, aeg_boot->net_mac, 6);
  memcpy (arp + 14, our_address, 4);
  memcpy (arp + 18, mac, 6);
  memcpy (arp + 24, address, 4);
  aeg_net_send (frame, sizeof frame);
}

static void
take_arp (const uint8_t *arp, size_t length)
{
  if (length < 28 || get16 (arp + 2) != ETHERTYPE_IP || memcmp (arp + 24, our_address, 4) != 0)
    return;

  if (get16 (arp + 6) == 1)
    send_arp (2, arp + 8, arp + 14);
  else if (memcmp (arp + 14, peer_address, 4) == 0)
    {
      memcpy (peer_mac, arp + 8, 6);
      peer_known = true;
    }
}

static uint16_t
checksum (const uint8_t *bytes, size_t length)
{
  uint32_t sum = 0;

  for (size_t i = 0; i + 1 < length; i += 2)
    sum += get16 (bytes + i);
  while (sum >> 16)
    sum = (sum & 0xffff) + (sum >> 16);

  return (uint16_t) ~sum;
}

static void
send_udp (const uint8_t *data, size_t length)
{
  static uint16_t id;
  uint8_t frame[FRAME_MAX] = { 0 };
  uint8_t *ip = frame + 14, *udp = ip + 20;

  if (length > UDP_MAX)
    length = UDP_MAX;

  put_ethernet (frame, peer_mac, ETHERTYPE_IP);
  ip[0] = 0x45;
  put16 (ip + 2, 28 + (unsigned) length);
  put16 (ip + 4, ++id);
  ip[8] = 64;   /* hops */
  ip[9] = 17;   /* UDP */
  memcpy (ip + 12, our_address, 4);
  memcpy (ip + 16, peer_address, 4);
  put16 (ip + 10, checksum (ip, 20));

  /* A UDP checksum of 0: none */
  put16 (udp, OUR_PORT);
  put16 (udp + 2, peer_port);
  put16 (udp + 4, 8 + (unsigned) length);
  memcpy (udp + 8, data, length);

  aeg_net_send (frame, 42 + length);
}

/* Returns: false when the peer said "quit" */
static bool
take_ip (const uint8_t *frame, const uint8_t *ip, size_t length)
{
  size_t head = (size_t) (ip[0] & 15) * 4, size;
  const uint8_t *udp = ip + head;

  if (length < head + 8 || head < 20 || ip[9] != 17 || memcmp (ip + 16, our_address, 4) != 0
      || get16 (udp + 2) != OUR_PORT)
    return true;

  size = get16 (udp + 4);
  if (size < 8 || size > length - head)
    return true;
  size -= 8;

  memcpy (peer_mac, frame + 6, 6);
  memcpy (peer_address, ip + 12, 4);
  peer_port = get16 (udp);
  peer_known = true;

  aeg_printf ("%u.%u.%u.%u:%u: %.*s\n", ip[12], ip[13], ip[14], ip[15], peer_port, (int) size,
              (const char *) udp + 8);
  send_udp (udp + 8, size);

  return size < 4 || memcmp (udp + 8, "quit", 4) != 0;
}

static bool
take_frames (void)
{
  static uint8_t frame[FRAME_MAX];
  size_t length;

  while ((length = aeg_net_receive (frame, sizeof frame, 0)) > 0)
    {
      if (length > 14 && get16 (frame + 12) == ETHERTYPE_ARP)
        take_arp (frame + 14, length - 14);
      else if (length > 34 && get16 (frame + 12) == ETHERTYPE_IP
               && !take_ip (frame, frame + 14, length - 14))
        return false;
    }

  return true;
}

/* Sends lines. Returns: false to end */
static bool
take_keys (void)
{
  static char line[UDP_MAX];
  static size_t length;
  struct aether_event event;

  while (aeg_poll_event (&event))
    {
      int key = aeg_key_of (&event);

      if (event.type == AETHER_EVENT_QUIT || key == ('D' & 0x1f))
        return false;

      if (key == '\n')
        {
          if (peer_known)
            send_udp ((const uint8_t *) line, length);
          length = 0;
          aeg_print ("\n");
        }
      else if (key >= ' ' && key <= '~' && length < sizeof line)
        {
          line[length++] = (char) key;
          aeg_write (&line[length - 1], 1);
        }
    }

  return true;
}

static const char *
parse_number (const char *text, unsigned *number)
{
  for (*number = 0; *text >= '0' && *text <= '9'; text++)
    *number = *number * 10 + (unsigned) (*text - '0');

  return *text == '\0' ? text : text + 1;
}

/* "10.0.2.2 7000" */
static bool
parse_peer (const char *text)
{
  unsigned number;

  for (int i = 0; i < 4; i++)
    {
      text = parse_number (text, &number);
      peer_address[i] = (uint8_t) number;
    }
  parse_number (text, &number);
  peer_port = (uint16_t) number;

  return peer_port != 0;
}

static bool
greet_peer (void)
{
  static const uint8_t hello[] = { 'H', 'e', 'l', 'l', 'o' };
  static const uint8_t nobody[6];

  for (int i = 0; i < ARP_TRIES && !peer_known; i++)
    {
      struct aether_call_wait wait = {
        .deadline = aeg_now () + SECOND / 2, .events = AETHER_WAIT_NET,
      };

      send_arp (1, nobody, peer_address);
      AEG_CALL (AETHER_CALL_WAIT, &wait);
      take_frames ();
    }

  if (peer_known)
    send_udp (hello, sizeof hello);

  return peer_known;
}

int
main (void)
{
  struct aether_call_wait wait = {
    .deadline = AETHER_FOREVER, .events = AETHER_WAIT_NET | AETHER_WAIT_INPUT,
  };

  aeg_console_open ();
  aeg_printf ("netcat: %u.%u.%u.%u, UDP port %u\n", our_address[0], our_address[1], our_address[2],
              our_address[3], OUR_PORT);

  if (parse_peer ((const char *) (uintptr_t) aeg_boot->cmdline) && !greet_peer ())
    {
      aeg_print ("netcat: nobody answers at that address\n");
      return 1;
    }

  while (take_frames () && take_keys ())
    AEG_CALL (AETHER_CALL_WAIT, &wait);

  return 0;
}

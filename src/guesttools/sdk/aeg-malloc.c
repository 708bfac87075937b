/* aeg-malloc.c - memory on ALLOC: first fit in a list kept by address
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "aeg-private.h"

#define ALIGN 16
#define GROW  0x10000u   /* bytes asked for at a time, at least */

struct block
{
  size_t        size;   /* bytes behind this head, a multiple of ALIGN */
  struct block *next;   /* free blocks only */
};

static struct block *free_list;

static bool
joins (const struct block *low, const struct block *high)
{
  return (const char *) (low + 1) + low->size == (const char *) high;
}

static void
insert (struct block *block)
{
  struct block **at = &free_list;
  struct block *low = NULL;

  while (*at != NULL && *at < block)
    {
      low = *at;
      at = &low->next;
    }

  block->next = *at;
  *at = block;

  if (block->next != NULL && joins (block, block->next))
    {
      block->size += sizeof *block + block->next->size;
      block->next = block->next->next;
    }
  if (low != NULL && joins (low, block))
    {
      low->size += sizeof *block + block->size;
      low->next = block->next;
    }
}

static bool
grow (size_t size)
{
  struct aether_call_alloc args = { .length = size + sizeof (struct block) };
  struct block *block;

  if (args.length < GROW)
    args.length = GROW;
  args.length = (args.length + AETHER_PAGE - 1) & ~(uint64_t) (AETHER_PAGE - 1);

  /* Near the end of memory take what is needed only */
  if (AEG_CALL (AETHER_CALL_ALLOC, &args) != AETHER_OK)
    {
      args.length = (size + sizeof *block + AETHER_PAGE - 1) & ~(uint64_t) (AETHER_PAGE - 1);
      if (AEG_CALL (AETHER_CALL_ALLOC, &args) != AETHER_OK)
        return false;
    }

  block = (struct block *) (uintptr_t) args.address;
  block->size = args.length - sizeof *block;
  insert (block);

  return true;
}

void *
aeg_malloc (size_t size)
{
  if (size > AETHER_RAM_MAX)
    return NULL;
  size = size == 0 ? ALIGN : (size + ALIGN - 1) & ~(size_t) (ALIGN - 1);

  do
    for (struct block **at = &free_list; *at != NULL; at = &(*at)->next)
      {
        struct block *block = *at;

        if (block->size < size)
          continue;

        if (block->size >= size + sizeof *block + ALIGN)
          {
            struct block *rest = (struct block *) ((char *) (block + 1) + size);

            rest->size = block->size - size - sizeof *rest;
            rest->next = block->next;
            block->size = size;
            *at = rest;
          }
        else
          *at = block->next;

        return block + 1;
      }
  while (grow (size));

  return NULL;
}

void *
aeg_calloc (size_t count, size_t size)
{
  void *memory;

  if (size > 0 && count > SIZE_MAX / size)
    return NULL;

  if ((memory = aeg_malloc (count * size)) != NULL)
    memset (memory, 0, count * size);

  return memory;
}

void *
aeg_realloc (void *memory, size_t size)
{
  struct block *block = (struct block *) memory - 1;
  void *moved;

  if (memory == NULL)
    return aeg_malloc (size);
  if (size <= block->size)
    return memory;

  if ((moved = aeg_malloc (size)) != NULL)
    {
      memcpy (moved, memory, block->size);
      aeg_free (memory);
    }

  return moved;
}

void
aeg_free (void *memory)
{
  if (memory != NULL)
    insert ((struct block *) memory - 1);
}

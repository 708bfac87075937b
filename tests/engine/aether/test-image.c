/* test-image.c - images from anywhere
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <glib.h>
#include <elf.h>

#include "avmm-image.h"

/* The smallest image there can be */
struct file
{
  Elf64_Ehdr ehdr;
  Elf64_Phdr load, note;
  struct __attribute__ ((packed)) { Elf64_Nhdr head; char name[8]; struct aether_manifest manifest; } contents;
  uint8_t code[16];
};

static void
make (struct file *file)
{
  memset (file, 0, sizeof *file);
  memcpy (file->ehdr.e_ident, ELFMAG, SELFMAG);
  file->ehdr.e_ident[EI_CLASS] = ELFCLASS64;
  file->ehdr.e_ident[EI_DATA] = ELFDATA2LSB;
  file->ehdr.e_type = ET_EXEC;
  file->ehdr.e_machine = EM_X86_64;
  file->ehdr.e_entry = AETHER_IMAGE_BASE;
  file->ehdr.e_phoff = sizeof file->ehdr;
  file->ehdr.e_phentsize = sizeof (Elf64_Phdr);
  file->ehdr.e_phnum = 2;
  file->load = (Elf64_Phdr) {
    .p_type = PT_LOAD, .p_offset = G_STRUCT_OFFSET (struct file, code), .p_filesz = 16,
    .p_memsz = 8192, .p_paddr = AETHER_IMAGE_BASE,
  };
  file->note = (Elf64_Phdr) {
    .p_type = PT_NOTE, .p_offset = G_STRUCT_OFFSET (struct file, contents),
    .p_filesz = sizeof file->contents,
  };
  file->contents.head = (Elf64_Nhdr) { 7, sizeof (struct aether_manifest), AETHER_NOTE_MANIFEST };
  memcpy (file->contents.name, AETHER_NOTE_NAME, 7);
  file->contents.manifest = (struct aether_manifest) {
    .size = sizeof (struct aether_manifest), .abi_version = AETHER_ABI_VERSION,
  };
}

static const char *
refusal (const struct file *file, size_t length)
{
  static struct avmm_error error;
  struct avmm_image image;
  g_autofree guint8 *exact = g_memdup2 (file, length);   /* so that a sanitizer sees its end */

  if (avmm_image_parse (&image, "it", exact, length, &error))
    return NULL;
  g_assert_true (g_utf8_validate (error.sentence, -1, NULL));
  g_assert_true (g_str_has_suffix (error.sentence, "."));

  return error.sentence;
}

static void
test_good (void)
{
  struct avmm_memslot ram;
  struct avmm_image image;
  struct avmm_error error;
  struct file file;

  make (&file);
  file.code[0] = 0xf4;
  g_assert_cmpstr (avmm_image_parse (&image, "it", (guint8 *) &file, sizeof file, &error) ? NULL : error.sentence, ==, NULL);
  g_assert_cmpuint (image.end, ==, AETHER_IMAGE_BASE + 8192);
  g_assert_cmpint (image.arch, ==, AVMM_ARCH_X86_64);

  g_assert_true (avmm_memslot_map_private (&ram, 0, 2 << 20, &error));
  g_assert_true (avmm_image_load (&image, &ram, &error));
  g_assert_cmphex (ram.host[AETHER_IMAGE_BASE], ==, 0xf4);
  ram.size = AETHER_IMAGE_BASE + 4096;
  g_assert_false (avmm_image_load (&image, &ram, &error));
  g_assert_nonnull (strstr (error.sentence, "Give the machine more"));
  ram.size = 2 << 20;
  avmm_memslot_unmap (&ram);
}

#define REFUSE(change, words)                                          \
  G_STMT_START                                                         \
    {                                                                  \
      struct file file;                                                \
      make (&file);                                                    \
      change;                                                          \
      g_assert_nonnull (refusal (&file, sizeof file));                 \
      g_assert_nonnull (strstr (refusal (&file, sizeof file), words)); \
    }                                                                  \
  G_STMT_END

static void
test_sentences (void)
{
  REFUSE (file.ehdr.e_ident[0] = 'M', "does not begin as an ELF");
  REFUSE (file.ehdr.e_ident[EI_CLASS] = ELFCLASS32, "not a 64-bit");
  REFUSE (file.ehdr.e_machine = EM_S390, "another kind of processor");
  REFUSE (file.ehdr.e_type = ET_REL, "not an executable");
  REFUSE (file.ehdr.e_phnum = 0, "no program headers");
  REFUSE (file.ehdr.e_phoff = UINT64_MAX, "program headers are missing");
  REFUSE (file.ehdr.e_phnum = 65535, "program headers are missing");
  REFUSE (file.load.p_offset = UINT64_MAX, "cut short");
  REFUSE (file.load.p_filesz = UINT64_MAX, "cut short");
  REFUSE (file.load.p_memsz = 8, "no guest memory");
  REFUSE (file.load.p_memsz = UINT64_MAX, "no guest memory");
  REFUSE (file.load.p_paddr = 0, "no guest memory");
  REFUSE (file.load.p_paddr = UINT64_MAX - 100, "no guest memory");
  REFUSE ((file.note = file.load, file.note.p_paddr += file.load.p_memsz - 1), "two segments");
  REFUSE (file.ehdr.e_entry = 0x1000, "starts at address 0x1000");
  REFUSE (file.note.p_type = PT_NULL, "no AETHER note");
  REFUSE (file.note.p_offset = UINT64_MAX, "no AETHER note");
  REFUSE (file.contents.head.n_descsz = UINT32_MAX, "no AETHER note");
  REFUSE (file.contents.head.n_namesz = UINT32_MAX, "no AETHER note");
  REFUSE (file.note.p_type = PT_INTERP, "for an operating system");
  REFUSE (file.contents.manifest.abi_version = 999, "version 999");
  REFUSE (file.contents.manifest.abi_version = 0, "broken AETHER note");
  REFUSE (file.contents.manifest.required = UINT64_C (1) << 63, "does not know");
  REFUSE (file.contents.manifest.fb_width = 100000, "8192 x 8192 is the most");
}

static void
test_every_length (void)
{
  struct file file;

  make (&file);
  for (size_t length = 0; length < G_STRUCT_OFFSET (struct file, code) + sizeof file.code; length++)
    g_assert_nonnull (refusal (&file, length));
}

/* Whatever one wrong byte makes of it: an answer, not a crash */
static void
test_every_byte (void)
{
  struct file file;

  for (size_t at = 0; at < sizeof file; at++)
    for (int value = 0; value < 256; value += 17)
      {
        make (&file);
        ((guint8 *) &file)[at] = (guint8) value;
        refusal (&file, sizeof file);
      }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/aether-vmm/image/good", test_good);
  g_test_add_func ("/aether-vmm/image/sentences", test_sentences);
  g_test_add_func ("/aether-vmm/image/every-length", test_every_length);
  g_test_add_func ("/aether-vmm/image/every-byte", test_every_byte);

  return g_test_run ();
}

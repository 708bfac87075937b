/* crt0-x86_64.S - the first instructions of a guest
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: BSD-2-Clause
 */

        .section .text.start, "ax"
        .globl  _start
_start:
        /* rdi: boot info */
        leaq    aeg_stack_top(%rip), %rsp
        xorl    %ebp, %ebp
        call    aeg_start
        ud2

        .section .bss
        .balign 16
        .skip   65536
aeg_stack_top:

        .section .note.GNU-stack, "", @progbits

/* aether-qemu-tiny-guest.S - a guest that a working accelerator can run
 *
 * Some computers have a /dev/kvm that opens, makes vCPUs and even runs a BIOS,
 * but stops at the first thing it cannot interpret. So this does a little of
 * what every system does when it boots: page tables, vector registers,
 * exceptions, a trip to user mode. Then it says AETHER-OK on the serial port.
 *
 * Assembled for the host's architecture, which is the only one that can be
 * accelerated, and given to QEMU as the machine's firmware. Position
 * independent but for where the firmware lies.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

        .section .rodata
        .globl  aether_qemu_tiny_guest
        .globl  aether_qemu_tiny_guest_end
        .hidden aether_qemu_tiny_guest
        .hidden aether_qemu_tiny_guest_end

#if defined (__x86_64__) || defined (__i386__)

/* The last 4 KiB below 4 GiB: the CPU begins 16 bytes before the end. */
#define BASE    0xfffff000
#define AT(x)   (BASE + (x) - aether_qemu_tiny_guest)
#define AT16(x) (0xf000 + (x) - aether_qemu_tiny_guest)

/* In RAM */
#define IDT     0x6000
#define GDT     0x7000
#define STACK   0x8000
#define TSS     0x9000
#define PML4    0x10000
#define PDPT    0x11000
#define PD_LOW  0x12000
#define PD_HIGH 0x13000
#define USER_STACK 0x20000

#define COM1    0x3f8

        .balign 16
aether_qemu_tiny_guest:
        .code16
start16:
        cli
        cld
        lgdtl   %cs:AT16(rom_gdt_pointer)
        movl    %cr0, %eax
        andl    $0x9fffffff, %eax               /* caches on */
        orl     $3, %eax                        /* protected mode, monitor the FPU */
        movl    %eax, %cr0
        ljmpl   $0x08, $AT(start32)

        .code32
start32:
        movw    $0x10, %ax
        movw    %ax, %ds
        movw    %ax, %es
        movw    %ax, %ss
        movl    $STACK, %esp

        /* The CPU writes into descriptors: keep them in RAM */
        movl    $AT(rom_gdt), %esi
        movl    $GDT, %edi
        movl    $(rom_gdt_end - rom_gdt), %ecx
        rep movsb
        lgdtl   AT(ram_gdt_pointer)

        /* Exceptions in protected mode: #BP returns behind, #UD before */
        movl    $IDT, %edi
        movl    $(256 * 4), %ecx
        xorl    %eax, %eax
        rep stosl
        movl    $AT(breakpoint), %eax
        movl    $(IDT + 3 * 8), %edi
        call    gate32
        movl    $AT(undefined32), %eax
        movl    $(IDT + 6 * 8), %edi
        call    gate32
        lidtl   AT(idt32_pointer)
        xorl    %ebx, %ebx
        int3
        ud2
        cmpl    $0x101, %ebx
        jne     bad

        /* SSE2 */
        movl    %cr4, %eax
        orl     $0x620, %eax                    /* PAE, OSFXSR, OSXMMEXCPT */
        movl    %eax, %cr4
        movl    $3, %eax
        movd    %eax, %xmm0
        pshufd  $0, %xmm0, %xmm1
        movaps  %xmm1, (STACK + 0x100)
        paddd   (STACK + 0x100), %xmm0
        movd    %xmm0, %eax
        cmpl    $6, %eax
        jne     bad

        movl    $0x80000000, %eax
        cpuid
        cmpl    $0x80000001, %eax
        jb      ok
        movl    $0x80000001, %eax
        cpuid
        btl     $29, %edx                       /* long mode? */
        jnc     ok

        /* The first 2 MiB and the last 2 MiB below 4 GiB, for user mode too */
        movl    $PML4, %edi
        movl    $(4 * 1024), %ecx
        xorl    %eax, %eax
        rep stosl
        movl    $(PDPT | 7), PML4
        movl    $(PD_LOW | 7), PDPT
        movl    $(PD_HIGH | 7), PDPT + 3 * 8
        movl    $0x87, PD_LOW
        movl    $0xffe00087, PD_HIGH + 511 * 8
        movl    $PML4, %eax
        movl    %eax, %cr3
        movl    $0xc0000080, %ecx               /* EFER.LME */
        rdmsr
        orl     $0x100, %eax
        wrmsr
        movl    %cr0, %eax
        orl     $0x80000000, %eax
        movl    %eax, %cr0
        ljmpl   $0x18, $AT(start64)

/* A 32-bit gate to eax at edi */
gate32:
        movw    %ax, (%edi)
        movw    $0x08, 2(%edi)
        shrl    $16, %eax
        movw    $0x8e00, 4(%edi)
        movw    %ax, 6(%edi)
        ret

undefined32:
        addl    $2, (%esp)
        addl    $0x100, %ebx
        iretl

/* The same bytes in 32-bit and 64-bit mode */
bad:
        movl    $AT(text_bad), %esi
        jmp     print
ok:
        movl    $AT(text_ok), %esi
print:
        movw    $COM1, %dx
1:      lodsb
        testb   %al, %al
        jz      2f
        outb    %al, %dx
        jmp     1b
2:      hlt
        jmp     2b

        .code64
start64:
        movl    $0x10, %eax
        movl    %eax, %ds
        movl    %eax, %es
        movl    %eax, %ss
        movl    $STACK, %esp

        movl    $IDT, %edi
        movl    $(256 * 4), %ecx
        xorl    %eax, %eax
        rep stosl
        movl    $AT(breakpoint), %eax
        movl    $(IDT + 3 * 16), %edi
        call    gate64
        movl    $AT(undefined64), %eax
        movl    $(IDT + 6 * 16), %edi
        call    gate64
        movl    $AT(from_user), %eax
        movl    $(IDT + 0x80 * 16), %edi
        call    gate64
        movl    $AT(idt64_pointer), %eax
        lidt    (%rax)
        xorl    %ebx, %ebx
        int3
        ud2
        cmpl    $0x101, %ebx
        jne     bad64

        /* AVX and BMI2, which compilers and kernels use where CPUID has them */
        movl    $1, %eax
        cpuid
        movl    $(1 << 28 | 1 << 26), %eax      /* AVX, XSAVE */
        andl    %eax, %ecx
        cmpl    %eax, %ecx
        jne     1f
        movq    %cr4, %rax
        orl     $0x40000, %eax                  /* OSXSAVE */
        movq    %rax, %cr4
        xorl    %ecx, %ecx
        xgetbv
        orl     $7, %eax
        xsetbv
        vpaddd  %xmm1, %xmm1, %xmm2             /* 3 + 3 */
        vmovd   %xmm2, %eax
        cmpl    $6, %eax
        jne     bad64
1:      xorl    %eax, %eax
        cpuid
        cmpl    $7, %eax
        jb      1f
        movl    $7, %eax
        xorl    %ecx, %ecx
        cpuid
        btl     $8, %ebx                        /* BMI2 */
        jnc     1f
        movl    $4, %ecx
        movl    $3, %eax
        shlxl   %ecx, %eax, %eax
        cmpl    $48, %eax
        jne     bad64

        /* To user mode, and back by an interrupt */
1:      movl    $TSS, %edi
        movl    $26, %ecx
        xorl    %eax, %eax
        rep stosl
        movl    $STACK, TSS + 4
        movl    $0x28, %eax
        ltr     %ax
        pushq   $0x23
        pushq   $USER_STACK
        pushq   $2
        pushq   $0x3b
        movl    $AT(user), %eax
        pushq   %rax
        iretq
user:
        movl    $1000, %ecx
1:      pushq   %rcx
        popq    %rcx
        loop    1b
        int     $0x80
        jmp     user

from_user:
        movl    8(%rsp), %eax
        cmpl    $0x3b, %eax
        jne     bad64
        movl    $AT(ok), %eax
        jmp     *%rax
bad64:
        movl    $AT(bad), %eax
        jmp     *%rax

/* A 64-bit gate, open to user mode, to eax at edi */
gate64:
        movw    %ax, (%rdi)
        movw    $0x18, 2(%rdi)
        shrl    $16, %eax
        movw    $0xee00, 4(%rdi)
        movw    %ax, 6(%rdi)
        ret

undefined64:
        addq    $2, (%rsp)
        addl    $0x100, %ebx
        iretq

        .code32
breakpoint:
        addl    $1, %ebx                        /* the same bytes in both modes */
        .byte   0x0f, 0x20, 0xc0                /* mov %cr0, %eax or %rax */
        testl   %eax, %eax
        js      1f                              /* paging: long mode */
        iretl
1:      .byte   0x48
        iretl

text_ok:
        .asciz  "AETHER-OK\n"
text_bad:
        .asciz  "AETHER-BAD\n"

        .balign 8
rom_gdt:
        .quad   0
        .quad   0x00cf9b000000ffff              /* 08: code, 32 bits */
        .quad   0x00cf93000000ffff              /* 10: data */
        .quad   0x00af9b000000ffff              /* 18: code, 64 bits */
        .quad   0x00cff3000000ffff              /* 20: data of user mode */
        .quad   0x0000890090000067              /* 28: TSS */
        .quad   0
        .quad   0x00affb000000ffff              /* 38: code of user mode, 64 bits */
rom_gdt_end:

rom_gdt_pointer:
        .word   rom_gdt_end - rom_gdt - 1
        .long   AT(rom_gdt)
ram_gdt_pointer:
        .word   rom_gdt_end - rom_gdt - 1
        .long   GDT
idt32_pointer:
        .word   256 * 8 - 1
        .long   IDT
idt64_pointer:
        .word   256 * 16 - 1
        .quad   IDT

        .org    aether_qemu_tiny_guest + 0xff0, 0
        .code16
        jmp     start16
        .org    aether_qemu_tiny_guest + 0x1000, 0
aether_qemu_tiny_guest_end:

#elif defined (__aarch64__)

/* The "virt" board: flash at 0, where the CPU begins in EL1; RAM; a PL011 */
#define RAM     0x40000000
#define UART    0x09000000

        .balign 2048
aether_qemu_tiny_guest:
        b       start

        /* Exceptions: 16 entries of 128 bytes, 2 KiB from the beginning */
        .org    aether_qemu_tiny_guest + 2048
vectors:
        .org    vectors + 0x200                 /* synchronous, from EL1 with its own stack */
        add     x20, x20, #1
        mrs     x0, elr_el1
        add     x0, x0, #4
        msr     elr_el1, x0
        eret
        .org    vectors + 0x400                 /* synchronous, from EL0 */
        mrs     x0, esr_el1
        lsr     x0, x0, #26
        cmp     x0, #0x15                       /* SVC */
        b.ne    bad
        b       ok
        .org    vectors + 0x800

start:
        mov     x0, #RAM
        add     x0, x0, #0x8000
        mov     sp, x0

        /* Vector registers */
        mov     x0, #(3 << 20)
        msr     cpacr_el1, x0
        isb
        fmov    d0, #1.5
        fadd    d1, d0, d0
        fmov    d2, #3.0
        fcmp    d1, d2
        b.ne    bad
        dup     v0.4s, wzr
        movi    v1.4s, #7
        add     v0.4s, v0.4s, v1.4s
        umov    w0, v0.s[3]
        cmp     w0, #7
        b.ne    bad

        /* Exceptions */
        adr     x0, vectors
        msr     vbar_el1, x0
        isb
        mov     x20, #0
        brk     #0
        .inst   0x00000000                      /* undefined */
        cmp     x20, #2
        b.ne    bad

        /* Page tables: 1 GiB for the flash, which user mode may read, 1 GiB of RAM */
        mov     x1, #RAM
        add     x1, x1, #0x10000
        mov     x2, #512
        mov     x0, x1
1:      str     xzr, [x0], #8
        subs    x2, x2, #1
        b.ne    1b
        mov     x0, #0x4c1                      /* block, accessed, read-only */
        str     x0, [x1]
        mov     x0, #RAM
        add     x0, x0, #0x401                  /* block, accessed, EL1 only */
        str     x0, [x1, #8]
        mov     x0, #0x44                       /* memory kind 0: normal, not cached */
        msr     mair_el1, x0
        mov     x0, #25                         /* 39 bits from level 1 */
        orr     x0, x0, #(1 << 23)              /* nothing in the upper half */
        msr     tcr_el1, x0
        msr     ttbr0_el1, x1
        dsb     sy
        isb
        mrs     x0, sctlr_el1
        orr     x0, x0, #1
        msr     sctlr_el1, x0
        isb

        /* To user mode, and back by SVC */
        adr     x0, user
        msr     elr_el1, x0
        msr     spsr_el1, xzr
        eret
user:
        mov     x1, #1000
1:      subs    x1, x1, #1
        b.ne    1b
        svc     #0
        b       user

bad:
        adr     x1, text_bad
        b       print
ok:
        adr     x1, text_ok
print:
        mrs     x0, sctlr_el1                   /* the UART is not mapped */
        bic     x0, x0, #1
        msr     sctlr_el1, x0
        isb
        mov     x2, #UART
1:      ldrb    w0, [x1], #1
        cbz     w0, 2f
        str     w0, [x2]
        b       1b
2:      wfi
        b       2b

text_ok:
        .asciz  "AETHER-OK\n"
text_bad:
        .asciz  "AETHER-BAD\n"
        .balign 8
aether_qemu_tiny_guest_end:

#else

/* Nothing to accelerate here */
aether_qemu_tiny_guest:
aether_qemu_tiny_guest_end:

#endif

        .section .note.GNU-stack, "", %progbits

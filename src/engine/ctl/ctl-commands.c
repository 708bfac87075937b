/* ctl-commands.c - the table of commands of aetherctl
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmd.h"
#include "ctl-help.h"

#include <string.h>

/* In the order of the help: from the life of a machine to looking after it. Held against the
 * manual and the completion by tests/ctl. */
const CtlCommand ctl_commands[] = {
  {
    "create", N_("NAME"), N_("Make a machine"),
    N_("With --disk a new disk is made inside the machine's folder; an image, a CD or a kernel\n"
       "stays where it is. Nothing is left of a machine that could not be finished."),
    0, 1, cmd_create_options, cmd_create_run,
  },
  {
    "new", N_("SYSTEM"), N_("Make a machine with a system of the catalogue, and start it"),
    N_("The system's disc is fetched and verified, unless --medium names one, and the machine gets\n"
       "what the system likes. With --unattended the installer's questions are answered: debian13,\n"
       "fedora43, ubuntu24.04, opensusetumbleweed or win11 need nobody then. Example:\n"
       "  echo secret | aetherctl new debian13 --unattended --user=anna --password-stdin"),
    1, 1, cmd_new_options, cmd_new_run,
  },
  {
    "import", N_("PATH…"), N_("Make machines of what other programs have"),
    N_("A PATH is a folder with machines, or one of them: of UTM, VMware (.vmx), VirtualBox (.vbox),\n"
       "OVF or OVA, libvirt (XML), quickemu (.conf), Aether, or a disk or disc by itself. Disks are copied\n"
       "into the new machine, and the originals are not touched. What changes is said."),
    1, -1, cmd_import_options, cmd_import_run,
  },
  {
    "list", "", N_("List the machines"), NULL,
    0, 0, cmd_list_options, cmd_list_run,
  },
  {
    "show", N_("MACHINE"), N_("Show all settings of a machine"),
    N_("The settings have the names that “aetherctl set” takes."),
    1, 1, cmd_show_options, cmd_show_run,
  },
  {
    "set", N_("MACHINE KEY=VALUE…"), N_("Change settings of a machine"),
    N_("All are changed, or none. A running machine has them when it starts next. Examples:\n"
       "  memory.size=4096              drives.0.interface=sata\n"
       "  qemu.accelerator=tcg          aether.backend=unicorn\n"
       "  drives+={\"id\":\"cd\",\"kind\":\"cdrom\",\"file\":\"/tmp/a.iso\"}    drives.1=null"),
    2, -1, cmd_set_options, cmd_set_run,
  },
  {
    "start", N_("MACHINE"), N_("Start a machine"),
    N_("Returns when the machine runs, which is not when the system inside is up. The machine\n"
       "goes on when aetherctl has ended. A suspended machine goes on where it was."),
    1, 1, cmd_start_options, cmd_start_run,
  },
  {
    "status", N_("MACHINE"), N_("Say what a machine does, and how its last run ended"), NULL,
    1, 1, cmd_status_options, cmd_status_run,
  },
  {
    "pause", N_("MACHINE"), N_("Stop the machine's clock"), NULL,
    1, 1, cmd_control_options, cmd_control_run,
  },
  {
    "resume", N_("MACHINE"), N_("Let a paused machine go on"), NULL,
    1, 1, cmd_control_options, cmd_control_run,
  },
  {
    "reset", N_("MACHINE"), N_("Press the reset button"), N_("Data that the guest has not written to its disks is lost."),
    1, 1, cmd_control_options, cmd_control_run,
  },
  {
    "stop", N_("MACHINE"), N_("Shut a machine down"),
    N_("Asks the guest to shut down, and switches the machine off when it has not done so in\n"
       "time. A paused machine goes on first, to hear it."),
    1, 1, cmd_stop_options, cmd_stop_run,
  },
  {
    "suspend", N_("MACHINE"), N_("Save a machine's state to disk and end it"),
    N_("Its memory is saved beside its disks, and the next start goes on from there. Interrupted,\n"
       "it is cancelled, and the machine goes on."),
    1, 1, cmd_suspend_options, cmd_suspend_run,
  },
  {
    "discard-state", N_("MACHINE"), N_("Forget the saved state of a suspended machine"),
    N_("It starts anew then, as after a power cut."),
    1, 1, cmd_discard_state_options, cmd_discard_state_run,
  },
  {
    "wait", N_("MACHINE"), N_("Wait until a machine is in a state"), NULL,
    1, 1, cmd_wait_options, cmd_wait_run,
  },
  {
    "type", N_("MACHINE TEXT"), N_("Type a text on the machine's keyboard"),
    N_("The text is typed as it is, as on a US keyboard or on the one that --layout names; a line\n"
       "break in it is Return. With “-” it is read from the standard input."),
    2, 2, cmd_type_options, cmd_type_run,
  },
  {
    "key", N_("MACHINE KEYS…"), N_("Press keys, as ctrl-alt-del"),
    N_("Keys joined by “-” are pressed together; several combinations come one after the other."),
    2, -1, cmd_key_options, cmd_key_run,
  },
  {
    "screenshot", N_("MACHINE FILE"), N_("Save the machine's screen as PNG"), N_("“-” is the standard output."),
    2, 2, cmd_screenshot_options, cmd_screenshot_run,
  },
  {
    "serial", N_("MACHINE"), N_("Use a serial port of the machine"),
    N_("On a terminal every key goes to the guest, and Ctrl-] leaves. In a pipe the standard\n"
       "input goes to the guest, and after its end the guest's output is still copied, until the\n"
       "machine stops, --until is found or --timeout is over."),
    1, 1, cmd_serial_options, cmd_serial_run,
  },
  {
    "log", N_("MACHINE"), N_("Show the log of a machine"), NULL,
    1, 1, cmd_log_options, cmd_log_run,
  },
  {
    "check", N_("MACHINE"), N_("Say what stands in the way of a start"),
    N_("Fails when the machine would not start."),
    1, 1, cmd_check_options, cmd_check_run,
  },
  {
    "command", N_("MACHINE"), N_("Print the command that the engine would run"), NULL,
    1, 1, cmd_command_options, cmd_command_run,
  },
  {
    "capabilities", "", N_("Say what the engines can do on this computer, and why not"), NULL,
    0, 0, cmd_capabilities_options, cmd_capabilities_run,
  },
  {
    "rename", N_("MACHINE NAME"), N_("Give a machine another name"), NULL,
    2, 2, cmd_rename_options, cmd_rename_run,
  },
  {
    "clone", N_("MACHINE NAME"), N_("Copy a stopped machine with its disks"), NULL,
    2, 2, cmd_clone_options, cmd_clone_run,
  },
  {
    "password", N_("MACHINE"), N_("Show who can log in to a machine, as the keyring has it"),
    N_("“aetherctl new” keeps the password of the user that it makes there, and with --keep you do.\n"
       "It goes with the machine when that is deleted for good."),
    1, 1, cmd_password_options, cmd_password_run,
  },
  {
    "delete", N_("MACHINE"), N_("Move a stopped machine to the trash"), NULL,
    1, 1, cmd_delete_options, cmd_delete_run,
  },
  {
    "add", N_("FOLDER"), N_("Put a machine that lies elsewhere into the library"), NULL,
    1, 1, cmd_add_options, cmd_add_run,
  },
  {
    "forget", N_("MACHINE"), N_("Take such a machine out of the library; its files stay"), NULL,
    1, 1, cmd_forget_options, cmd_forget_run,
  },
  {
    "catalogue", N_("ACTION [WHAT]"), N_("Look for systems to install, and tell what a file is"),
    N_("  list           systems that a machine can be made for today\n"
       "  search WORDS   those that have all the words in names, makers or IDs\n"
       "  show ID        what one needs, and where it is fetched from\n"
       "  identify FILE  what a CD, disk image or kernel is, and for which processor\n"
       "  update         fetch the newest list from libosinfo's makers, signed by them"),
    1, -1, cmd_catalogue_options, cmd_catalogue_run,
  },
  {
    "download", N_("URL"), N_("Fetch a file, over several connections"),
    N_("It goes on where it was when it is started again, whatever ended it. The name appears\n"
       "when all is there and has the right checksum."),
    1, 1, cmd_download_options, cmd_download_run,
  },
  {
    "downloads", N_("[remove NAME]"), N_("List what is not fetched yet, or give one up"), NULL,
    0, 2, cmd_downloads_options, cmd_downloads_run,
  },
  {
    "media", N_("[VERB FILE]"), N_("List, add, verify or remove discs and disk images"),
    N_("Without a verb they are listed: name, size, what is known of their contents, and the\n"
       "machines that use them. Verbs: add, verify, remove."),
    0, 2, cmd_media_options, cmd_media_run,
  },
  {
    "help", N_("[COMMAND]"), N_("Show what a command does"), NULL,
    0, 1, NULL, ctl_help_run,
  },
  { NULL, }
};

const CtlCommand *
ctl_command_find (const char *name)
{
  for (const CtlCommand *command = ctl_commands; command->name; command++)
    if (strcmp (command->name, name) == 0)
      return command;

  return NULL;
}

/** Internal: a class a command, and what each of them prints. */
package org.residuum.cli.command;

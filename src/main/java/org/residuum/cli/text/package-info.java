/** Internal: what a command writes: console, progress, files, failures. */
package org.residuum.cli.text;

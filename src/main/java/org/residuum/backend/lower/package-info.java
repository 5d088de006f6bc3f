/**
 * Internal: what the backends share when they lower a network to a program: the table of ops,
 * places, scratch, and the program itself.
 */
package org.residuum.backend.lower;

/**
 * Internal: what the backends share when they lower a network to a program: the table of ops,
 * places, scratch, and the program itself; guards of plans and sessions, the parameters of a
 * training on the host, the feeding of batches, the loading of native libraries.
 */
package org.residuum.backend.lower;

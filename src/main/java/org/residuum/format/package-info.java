/**
 * Reading and writing model files. Each format has a package of its own; what they share is here:
 * the mapped file, the floating-point types, the atomic write and the one exception.
 */
package org.residuum.format;

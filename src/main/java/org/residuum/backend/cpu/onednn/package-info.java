/**
 * Internal: oneDNN from Java: its objects and memory, descriptions and attributes, and the programs
 * that are made of its primitives.
 */
package org.residuum.backend.cpu.onednn;

/**
 * Internal: files that formats are made of: mapped for reading, written whole or not at all, and
 * the number types in them.
 */
package org.residuum.format.file;

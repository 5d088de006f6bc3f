package org.residuum.format.pytorch;

/**
 * A line of a zip's directory.
 *
 * @param method 0 stored, 8 deflated
 * @param crc CRC-32 of the uncompressed bytes
 * @param header offset of the entry's own header
 */
record ZipEntryInfo(
    String name, int method, long crc, long compressedSize, long size, long header) {}

package org.residuum.format.pytorch;

/**
 * A run of elements that tensors look into, as a pickle names it.
 *
 * @param key its name in the file
 * @param whole elements of the storage in the file
 * @param base first element of the part that is meant; 0 but for old views of storages
 * @param length elements of that part
 */
record StorageRef(Element element, String key, long whole, long base, long length) {}

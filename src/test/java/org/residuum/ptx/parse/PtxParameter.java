package org.residuum.ptx.parse;

/**
 * A parameter of an entry.
 *
 * @param name its PTX name, such as {@code add_param_0}
 * @param type its PTX type without the dot, such as {@code u64}; the element's type for an array
 * @param bytes its size
 * @param offset where it starts in the parameter buffer
 */
public record PtxParameter(String name, String type, int bytes, int offset) {}

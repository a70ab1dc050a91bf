/// The filter by which pandoc and Quarto draw the lessons of a document.
package enum PandocFilter {
    package static let text = String(decoding: PackageResources.backstep_lua, as: UTF8.self)
}

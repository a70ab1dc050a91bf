-- Draws the Backstep lessons in a document: code blocks of the class backstep, which contain a lesson or name one (file: lesson.yaml),
-- and images whose target ends in .backstep.yaml. For pandoc from 2.17 and Quarto: pandoc --lua-filter backstep.lua notes.md -o notes.html
-- Metadata: a map `backstep` with the folder for the pictures (by default backstep-figures), strict, and options for all figures. A page can't
-- choose a program or the folder of its lessons. The environment can: BACKSTEP_PROGRAM if `backstep` is not on the path, BACKSTEP_ROOT.
local folder, program, root = "backstep-figures", os.getenv("BACKSTEP_PROGRAM") or "backstep", os.getenv("BACKSTEP_ROOT")
local formats = {latex = "pdf", beamer = "pdf", context = "pdf", docx = "png", odt = "png", pptx = "png", rtf = "png"}
-- The width of the text in points: of article at 10 pt, and of a frame of 4:3.
local page, defaults, version = ({latex = 343.71, beamer = 306.14})[FORMAT], {}, nil
local paths, isFaulty, failed = pandoc.List(), false, {} -- the pictures of the document, whether it lacks one, and why
-- The options of `backstep render`, those with values first; and what else a block may have.
local options, valued = pandoc.List({--[[options]]}), --[[count]]
local words = options .. {"width", "height", "draw-width", "draw-height", "file", "caption", "alt", "id", "fig-cap", "fig-alt", "backstep"}

local function read(path)
  local file = io.open(path, "rb")
  return file and (file:read("a") or ""), file and file:close()
end

-- The size at which a document shows a picture; any other size is the one at which it is drawn.
local function shown(size)
  local digits, unit = (size or ""):match("^([%d.]+)(%a*%%?)$")
  return tonumber(digits) and (unit == "%" or unit == "px") and size or nil
end
local function drawn(size) return not shown(size) and size or nil end

-- What is wrong with one of the keys of some options; nil if all are known.
local function unknown(map, known)
  for key in pairs(map) do
    if not known:includes(key) then return 'unknown option "' .. key .. '"; expected one of ' .. table.concat(known, ", ") end
  end
end

-- The width at which a figure is drawn: what is asked for, or else on LaTeX's page the width of the text or of a share of it, where nothing
-- is to be scaled below its type's size. What needs more is drawn as narrow as it can be.
local function width(attributes)
  local asked = attributes["draw-width"] or drawn(attributes.width) or defaults["draw-width"] or drawn(defaults.width)
  if asked or not page then return asked and {"--width=" .. asked} or {} end
  local share = (shown(attributes.width or defaults.width) or ""):match("^(.*)%%$")
  return {"--or-wider", "--width=" .. math.min(3000, math.max(120, (tonumber(share) or 100) / 100 * page)) .. "pt"}
end

-- The pictures of a lesson, each with its path, alternative text and name; or nil and an error message.
local function draw(lesson, source, attributes)
  local near = (PANDOC_STATE.input_files[1] or ""):match("^.*/")
  local places = lesson ~= "-" and near and lesson:sub(1, 1) ~= "/" and {near .. lesson, lesson} or {lesson}
  local arguments = {"render", "--root=" .. (root or "."), "--list", "--explain", "-f", formats[FORMAT] or "svg"}
  local height = attributes["draw-height"] or drawn(attributes.height) or defaults["draw-height"] or drawn(defaults.height)
  if height then table.insert(arguments, "--height=" .. height) end
  for index, key in ipairs(options) do
    local value, isFlag = attributes[key] or defaults[key], index > valued
    local isAsked = value and not (isFlag and (value == "false" or value == "no"))
    if isAsked then table.insert(arguments, "--" .. key .. (isFlag and "" or "=" .. value)) end
  end
  local isBlock = lesson == "-" -- only the program reads files: it follows no link out of the folder and waits for no pipe
  version = version or tostring(select(2, pcall(pandoc.pipe, program, {"--version"}, "")))
  arguments = pandoc.List(arguments) .. width(attributes)
  local key = table.concat(arguments, "\n") .. lesson .. version .. (isBlock and source or "")
  local base = folder .. "/" .. pandoc.sha1(key):sub(1, 16)
  if failed[key] then return nil, failed[key] end
  -- A block that was drawn before is not drawn again: a list of its files is beside them.
  local printed = isBlock and read(base .. ".txt") or nil
  if not (printed and read(printed:match("^[^\t\n ]*"))) then
    -- Beside the page, or where pandoc runs: the program says whether a lesson is there (66).
    local place, done, code = 0, false, 66
    while code == 66 and places[place + 1] do
      place = place + 1
      local name = places[place]:gsub("^%-.", "./%0") -- not an option
      done, printed = pcall(pandoc.pipe, program, arguments .. {"-o", base, "--", name}, source)
      code = not done and (type(printed) == "table" and printed.error_code or 127)
      if code == 127 then error("backstep: pandoc finds no program " .. program .. "; name its path in BACKSTEP_PROGRAM", 0) end
    end
    if not done then
      local reason = type(printed) == "table" and (printed.output or ""):match("[^\n]+")
      local fault = reason and reason:gsub("^%-:", "the block:") or program .. " failed on " .. (isBlock and "a block" or lesson)
      isFaulty, failed[key] = true, fault
      return nil, defaults.strict == "true" and error(fault, 0) or fault
    end
    if isBlock then assert(io.open(base .. ".txt", "wb")):write(printed):close() end
  end
  local pictures = {}
  for path, alternative, name in printed:gmatch("([^\t\n]*)\t([^\t\n]*)\t?([^\n]*)\n") do
    pictures[#pictures + 1] = {path = path, alternative = alternative, name = name}
    paths:insert(path)
  end
  return pictures
end

-- A picture in a text of OpenDocument, whose writer has no alternative texts: a frame with the bytes inside.
local function frame(path, alternative, width)
  local png, digits = read(path), "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
  local missing = -#png % 3
  local code = (png .. ("\0"):rep(missing)):gsub("...", function(three)
    local function digit(shift) return digits:sub((string.unpack(">I3", three) >> shift & 63) + 1):sub(1, 1) end
    return digit(18) .. digit(12) .. digit(6) .. digit(0)
  end)
  local wide, high = string.unpack(">I4I4", png, 17)
  local natural = wide * 2834.65 / string.unpack(">I4", png, png:find("pHYs", 1, true) + 4)
  local percent, pixels = (width or ""):match("^(.*)%%$"), (width or ""):match("^(.*)px$")
  local points = percent and 4.8 * percent or pixels and 0.75 * pixels or math.min(natural, 480)
  local size = string.format('svg:width="%.2fpt" svg:height="%.2fpt"', points, points * high / wide)
  return pandoc.RawInline("opendocument", '<draw:frame text:anchor-type="as-char" ' .. size .. "><draw:image><office:binary-data>"
    .. code:sub(1, #code - missing) .. ("="):rep(missing) .. "</office:binary-data></draw:image><svg:desc>"
    .. alternative:gsub("[&<>]", {["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;"}) .. "</svg:desc></draw:frame>")
end

-- A picture between words. Its inlines are its alternative text, which is all that some writers take.
local function inline(picture, attributes, attr, isInText)
  local width = shown(attributes.width or defaults.width)
  local alternative = attributes.alt or attributes["fig-alt"] or picture.alternative
  if FORMAT == "odt" then return frame(picture.path, alternative, width) end
  if FORMAT == "typst" then
    local function quoted(text) return '"' .. text:gsub("[\\\"]", "\\%0") .. '"' end
    local size = width and ", width: " .. (width:match("%%$") and width or width:match("[%d.]+") * 0.75 .. "pt") or ""
    local call = "image(" .. quoted(picture.path) .. ", alt: " .. quoted(alternative) .. size .. ")"
    return pandoc.RawInline("typst", isInText and "#box(" .. call .. ")" or "#" .. call)
  end
  local kept = {alt = alternative, width = width, height = shown(attributes.height)}
  return pandoc.Image({pandoc.Str(alternative)}, picture.path, picture.title or "", pandoc.Attr(attr.identifier, attr.classes, kept))
end

local function styled(inlines, style) return pandoc.Div({pandoc.Para(inlines)}, pandoc.Attr("", {}, {["custom-style"] = style})) end

local function figure(picture, caption, identifier, attributes)
  local image = inline(picture, attributes, pandoc.Attr(pandoc.Figure and #caption > 0 and "" or identifier))
  if FORMAT == "rst" then
    local lines = {identifier ~= "" and ".. _" .. identifier .. ":\n" or "", ".. figure:: " .. image.src, "   :alt: " .. image.attributes.alt}
    if image.attributes.width then lines[#lines + 1] = "   :width: " .. image.attributes.width end
    -- The escaped blank keeps a caption that begins as a directive does from being one.
    local text = #caption > 0 and "\n\n   \\ " .. pandoc.write(pandoc.Pandoc({pandoc.Plain(caption)}), "rst"):gsub("%s+", " ") or ""
    return pandoc.RawBlock("rst", table.concat(lines, "\n") .. text .. "\n\n")
  end
  if #caption > 0 and (FORMAT == "odt" or FORMAT == "docx" and not pandoc.Figure) then
    local styles = FORMAT == "docx" and {"Captioned Figure", "Image Caption"} or {"FigureWithCaption", "FigureCaption"}
    return pandoc.Div({styled({image}, styles[1]), styled(caption, styles[2])}, pandoc.Attr(identifier))
  end
  if FORMAT == "pptx" or #caption > 0 and not pandoc.Figure then -- PowerPoint's texts are the title and, after it, the picture's path
    image.caption, image.title = caption, FORMAT == "pptx" and image.attributes.alt .. " " or "fig:" .. image.title
    return pandoc.Para({image})
  end
  local alone = pandoc.Para({image})
  if #caption == 0 then return image.t == "RawInline" and identifier ~= "" and pandoc.Div({alone}, pandoc.Attr(identifier)) or alone end
  return pandoc.Figure(pandoc.Plain({image}), {long = {pandoc.Plain(caption)}}, pandoc.Attr(identifier))
end

local function figures(pictures, caption, identifier, attributes)
  local all = {}
  for index, picture in ipairs(pictures) do
    table.insert(all, figure(picture, caption, identifier .. ((identifier == "" or index == 1) and "" or "-" .. picture.name), attributes))
  end
  return all
end

-- A caption keeps no tags, raw parts, attributes and images. Mathematics with unknown commands and links with other schemes become words.
local commands = pandoc.List({--[[commands]]})
local function isFormula(text)
  local bare = text:gsub("\\(%a+)", function(name) return commands:includes(name) and " " or "@" end):gsub("\\[,;:!| {}]", " ")
  return not (bare:find("[\\%%#&~\"`@$]") or bare:find("^^", 1, true))
end

local function isTarget(target)
  local scheme = target:match("^[^/?#]*"):match("^(.-):")
  return not target:find("[%c\\ ]") and (not scheme or ({http = 1, https = 1, mailto = 1})[scheme:lower()] ~= nil)
end

local harmless = {
  Math = function(math) return isFormula(math.text) and math or pandoc.Str("$" .. math.text .. "$") end,
  Link = function(link) return isTarget(link.target) and pandoc.Link(link.content, link.target, link.title) or link.content end,
  Code = function(code) return pandoc.Code(code.text) end,
  RawInline = function(raw) return pandoc.Str(raw.text) end,
  RawBlock = function(raw) return pandoc.Plain({pandoc.Str(raw.text)}) end,
  Image = function(image) return image.caption end,
  Span = function(span) return span.content end, Div = function(div) return div.content end, Note = function() return {} end,
}

local function inlines(text)
  local extensions = "-raw_html+tex_math_dollars+strikeout+superscript+subscript+intraword_underscores+all_symbols_escapable+smart"
  local read = pandoc.Div(pandoc.read(text, "markdown_strict" .. extensions).blocks)
  return pandoc.utils.blocks_to_inlines(pandoc.walk_block(read, harmless).content)
end

local function notDrawn(fault) return {pandoc.Strong({pandoc.Str("Not drawn:")}), pandoc.Space(), pandoc.Str(fault)} end

local function block(code)
  if not code.classes:includes("backstep") then return nil end
  local named, attributes = ("\n" .. code.text):match("\nfile:%s*[\"']?([^\"'\n]+)"), {}
  -- A block that names a lesson may have its options in lines of its own.
  for key, value in (named and "\n" .. code.text or ""):gmatch("\n([%w-]+):%s*[\"']?([^\"'\n]+)") do attributes[key] = value end
  for key, value in pairs(code.attributes) do attributes[key] = value end
  local fault, pictures = unknown(attributes, words), nil
  if fault then
    isFaulty = true
    io.stderr:write("backstep: error: a block: " .. fault .. "\n")
    if defaults.strict == "true" then error(fault, 0) end
  else
    pictures, fault = draw(attributes.file or "-", code.text, attributes)
  end
  if not pictures then return {code, pandoc.BlockQuote({pandoc.Para(notDrawn(fault))})} end
  local text = attributes.caption or attributes["fig-cap"] or ""
  local identifier = code.identifier ~= "" and code.identifier or attributes.id or ""
  return figures(pictures, text == "" and {} or inlines(text), identifier, attributes)
end

-- An image with a paragraph of its own: the words in its brackets are its caption if pandoc makes a figure of it, else its alternative text.
local function alone(content, identifier, caption)
  local img = content and #content == 1 and content[1]
  if not (img and img.t == "Image" and img.src:match("%.backstep%.yaml$")) then return nil end
  local pictures, attributes = draw(img.src, "", img.attributes), {}
  if not pictures then return nil end
  for key, value in pairs(img.attributes) do attributes[key] = value end
  -- pandoc 2 marks an image with a caption in its title. pandoc 3 makes a figure, whose image has the author's alternative text or the caption.
  local title, marks = img.title:gsub("^fig:", "")
  if marks > 0 and not caption then caption = img.caption end
  if #img.caption > 0 and img.caption ~= caption then attributes.alt = attributes.alt or pandoc.utils.stringify(img.caption) end
  for _, picture in ipairs(pictures) do picture.title = title end
  return figures(pictures, caption or {}, identifier or img.identifier, attributes)
end

local function image(img)
  if not img.src:match("%.backstep%.yaml$") then return nil end
  local words, pictures, fault = pandoc.utils.stringify(img.caption), draw(img.src, "", img.attributes)
  if not pictures then return pandoc.List(notDrawn(fault)) .. {pandoc.Space(), pandoc.Code(img.src)} end
  if words ~= "" then pictures[1].alternative = words end
  pictures[1].title = img.title
  return inline(pictures[1], img.attributes, img.attr, true)
end

-- A tag is not drawn, which is said.
local function raw(element)
  local source = element.text:match("<img[^>]*%ssrc=[\"']?([^\"'%s>]*%.backstep%.yaml)")
  if not source then return nil end
  local fault = "the tag <img> of " .. source .. " is not drawn; expected ![](" .. source .. ")"
  if defaults.strict == "true" then error(fault, 0) end
  io.stderr:write("backstep: error: " .. fault .. "\n")
end

local function settings(meta)
  local all = type(meta.backstep) == "table" and meta.backstep or {}
  if meta.backstep and (type(meta.backstep) ~= "table" or #all > 0) then
    error("backstep in the metadata is no map; expected options such as theme: print", 0)
  end
  for key, value in pairs(all) do defaults[key] = pandoc.utils.stringify(value) end
  local fault = unknown(defaults, pandoc.List({"folder", "strict", "width", "height", "draw-width", "draw-height"}) .. options)
  if fault then error("backstep in the metadata: " .. fault, 0) end
  if FORMAT == "beamer" and meta.aspectratio and pandoc.utils.stringify(meta.aspectratio) == "169" then page = 396.85 end
  local wished = meta["backstep-folder"] and pandoc.utils.stringify(meta["backstep-folder"]) or defaults.folder
  if not wished then return end
  folder = wished:gsub("^%./+", "")
  if not folder:match("^[%w_\128-\255][%w_./ \128-\255-]*$") or folder:find("..", 1, true) then
    error('folder is "' .. wished .. '"; expected a folder below pandoc\'s working folder', 0)
  end
end
local blocks = {CodeBlock = block, Para = function(para) return alone(para.content) end, Figure = function(fig)
  local inside = #fig.content == 1 and fig.content[1].content
  return alone(inside, fig.identifier ~= "" and fig.identifier or nil, pandoc.utils.blocks_to_inlines(fig.caption.long))
end}

-- Pictures that the document showed before and shows no more are deleted, unless others show them. Without a name it is unknown which.
local function clear()
  local name = not isFaulty and (PANDOC_STATE.output_file or PANDOC_STATE.input_files[1])
  local asked = {"filter", "pandoc", "--folder=" .. folder, "--document=" .. FORMAT .. " " .. (name or "")}
  if name then pcall(pandoc.pipe, program, asked, table.concat(paths, "\n")) end
end
return {{Meta = settings}, blocks, {Image = image, RawInline = raw, RawBlock = raw}, {Pandoc = clear}}

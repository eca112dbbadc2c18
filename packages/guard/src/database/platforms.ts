import type { DatabaseConfig, DatabasePlan, DatabasePlatform, WatchedTable } from '@komainu/model';

interface Platform {
  readonly prefix: string;
  readonly tables: readonly WatchedTable[];
  readonly policies: DatabasePlan['policies'];
}

const table = (
  watch: WatchedTable['watch'],
  name: string,
  key: string,
  columns: string,
  more: Pick<WatchedTable, 'since' | 'only'> = {},
): WatchedTable => ({ table: name, watch, key: key.split(' '), columns: columns.split(' '), ...more });
const sealed = table.bind(null, 'sealed');
const noExec = table.bind(null, 'no-exec');
const visitor = table.bind(null, 'visitor');

/**
 * Where a platform keeps what its pages are made of, and what visitors write. Named columns: none that holds a card, and
 * none that a halt switches, or the guard would take its own halt for an intrusion.
 */
const PLATFORMS: Readonly<Record<DatabasePlatform, Platform>> = {
  'ec-cube-4': {
    prefix: '',
    tables: [
      // Blocks and pages name the template files and, for pages, free text for the head of every page.
      sealed('dtb_block', 'id', 'block_name file_name use_controller deletable'),
      sealed(
        'dtb_page',
        'id',
        'page_name url file_name edit_type author description keyword meta_robots meta_tags',
      ),
      sealed('dtb_layout', 'id', 'layout_name'),
      sealed('dtb_block_position', 'section block_id layout_id', 'block_row'),
      // A plugin that is switched on runs on every page.
      sealed('dtb_plugin', 'id', 'name code enabled version source initialized'),
      // Mails are templates that run; shop settings and payment methods are printed into pages.
      sealed('dtb_mail_template', 'id', 'name file_name mail_subject'),
      sealed('dtb_payment', 'id', 'payment_method method_class'),
      sealed(
        'dtb_base_info',
        'id',
        'company_name shop_name email01 email02 email03 email04 good_traded message',
      ),
      noExec('dtb_news', 'id', 'title description url'),
      noExec('dtb_category', 'id', 'category_name'),
      noExec('dtb_product', 'id', 'name description_list description_detail free_area search_word', {
        since: 'update_date',
      }),
      // The 2021 attack: markup in an order, run by the administrator's browser.
      visitor(
        'dtb_order',
        'id',
        'message name01 name02 kana01 kana02 company_name email phone_number postal_code addr01 addr02 note',
        { since: 'update_date' },
      ),
      visitor(
        'dtb_customer',
        'id',
        'name01 name02 kana01 kana02 company_name postal_code addr01 addr02 email phone_number note',
        { since: 'update_date' },
      ),
      visitor(
        'dtb_shipping',
        'id',
        'name01 name02 kana01 kana02 company_name phone_number postal_code addr01 addr02 note',
        { since: 'update_date' },
      ),
    ],
    policies: [],
  },
  'ec-cube-2': {
    prefix: '',
    tables: [
      sealed('dtb_bloc', 'device_type_id bloc_id', 'bloc_name tpl_path filename php_path deletable_flg'),
      sealed('dtb_blocposition', 'device_type_id page_id target_id bloc_id', 'bloc_row filename anywhere'),
      sealed(
        'dtb_pagelayout',
        'device_type_id page_id',
        'page_name url filename author description keyword meta_robots',
      ),
      sealed('dtb_plugin', 'plugin_id', 'plugin_name plugin_code class_name enable'),
      sealed('dtb_plugin_hookpoint', 'plugin_hookpoint_id', 'plugin_id hook_point callback use_flg'),
      sealed('dtb_payment', 'payment_id', 'payment_method module_path'),
      sealed('dtb_mailtemplate', 'template_id', 'subject header footer'),
      noExec('dtb_news', 'news_id', 'news_title news_comment news_url'),
      noExec('dtb_products', 'product_id', 'name main_list_comment main_comment sub_comment1 sub_comment2', {
        since: 'update_date',
      }),
      visitor(
        'dtb_order',
        'order_id',
        'message order_name01 order_name02 order_kana01 order_kana02 order_company_name order_email order_addr01 order_addr02 note',
        { since: 'update_date' },
      ),
      visitor(
        'dtb_customer',
        'customer_id',
        'name01 name02 kana01 kana02 company_name addr01 addr02 email note',
        { since: 'update_date' },
      ),
      visitor('dtb_review', 'review_id', 'reviewer_name reviewer_url title comment', {
        since: 'update_date',
      }),
    ],
    policies: [],
  },
  woocommerce: {
    prefix: 'wp_',
    tables: [
      noExec('options', 'option_name', 'option_value'),
      sealed('posts', 'ID', 'post_content post_excerpt post_title', {
        only: {
          column: 'post_type',
          values: [
            'page',
            'wp_block',
            'wp_template',
            'wp_template_part',
            'wp_navigation',
            'custom_css',
            'wp_global_styles',
          ],
        },
      }),
      noExec('posts', 'ID', 'post_content post_excerpt post_title', {
        since: 'post_modified_gmt',
        only: { column: 'post_type', values: ['post', 'product', 'product_variation', 'nav_menu_item'] },
      }),
      visitor(
        'comments',
        'comment_ID',
        'comment_author comment_author_email comment_author_url comment_content',
      ),
      visitor(
        'wc_order_addresses',
        'id',
        'first_name last_name company address_1 address_2 city state postcode country email phone',
      ),
      visitor('wc_orders', 'id', 'customer_note billing_email user_agent'),
      visitor('users', 'ID', 'user_login user_nicename user_email user_url display_name'),
    ],
    policies: [
      // Made anew all day by the shop itself.
      { glob: 'wp_options/{_transient_,_site_transient_}**', policy: 'ignored' },
      { glob: 'wp_options/{cron,rewrite_rules,action_scheduler_lock_**}/option_value', policy: 'ignored' },
      { glob: 'wp_options/{widget_*,theme_mods_*,woocommerce_*_settings}/option_value', policy: 'sealed' },
      {
        glob: 'wp_options/{siteurl,home,active_plugins,template,stylesheet,blogname,users_can_register,default_role,admin_email,upload_path}/option_value',
        policy: 'sealed',
      },
    ],
  },
  'magento-2': {
    prefix: '',
    tables: [
      // design/head/includes and design/footer/absolute_footer are printed into every page.
      sealed('core_config_data', 'scope scope_id path', 'value'),
      sealed('cms_block', 'block_id', 'identifier title content is_active'),
      sealed(
        'cms_page',
        'page_id',
        'identifier title content_heading content layout_update_xml custom_layout_update_xml meta_title meta_description is_active',
      ),
      sealed('layout_update', 'layout_update_id', 'handle xml'),
      sealed('email_template', 'template_id', 'template_code template_text template_styles template_subject'),
      sealed('widget_instance', 'instance_id', 'instance_type title widget_parameters'),
      noExec('catalog_product_entity_text', 'value_id', 'value'),
      noExec('catalog_category_entity_text', 'value_id', 'value'),
      visitor(
        'sales_order_address',
        'entity_id',
        'firstname lastname middlename prefix suffix company street city region postcode telephone fax email',
      ),
      visitor(
        'quote_address',
        'address_id',
        'firstname lastname company street city region postcode telephone email',
        {
          since: 'updated_at',
        },
      ),
      visitor('customer_entity', 'entity_id', 'firstname lastname middlename prefix suffix email taxvat', {
        since: 'updated_at',
      }),
      visitor('review_detail', 'detail_id', 'title detail nickname'),
    ],
    policies: [{ glob: 'core_config_data/**payment/*/active/value', policy: 'ignored' }],
  },
  vendure: {
    prefix: '',
    tables: [
      // Not `enabled`: a halt switches it.
      sealed('payment_method', 'id', 'code checker handler'),
      sealed('payment_method_translation', 'id', 'name description'),
      sealed('shipping_method', 'id', 'code checker calculator fulfillmentHandlerCode'),
      sealed('shipping_method_translation', 'id', 'name description'),
      sealed('global_settings', 'id', 'availableLanguages'),
      noExec('product_translation', 'id', 'name slug description'),
      noExec('collection_translation', 'id', 'name slug description'),
      visitor('order', 'id', 'shippingAddress billingAddress', { since: 'updatedAt' }),
      visitor('customer', 'id', 'title firstName lastName phoneNumber emailAddress', { since: 'updatedAt' }),
      visitor(
        'address',
        'id',
        'fullName company streetLine1 streetLine2 city province postalCode phoneNumber',
        { since: 'updatedAt' },
      ),
    ],
    policies: [],
  },
};

/** What of a configured database is watched: its platform's tables, then its own. */
export function planOf(config: DatabaseConfig): Pick<DatabasePlan, 'tables' | 'policies'> {
  if (config.platform === undefined) return { tables: config.tables, policies: config.policies };
  const { prefix: usual, tables, policies } = PLATFORMS[config.platform];
  const prefix = config.prefix ?? usual;
  return {
    tables: [...tables.map((one) => ({ ...one, table: prefix + one.table })), ...config.tables],
    policies: [
      ...config.policies,
      ...policies.map((rule) => ({ ...rule, glob: prefix + rule.glob.slice(usual.length) })),
    ],
  };
}
